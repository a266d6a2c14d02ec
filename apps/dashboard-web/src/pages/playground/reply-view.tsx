import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../ui/code-block.js';
import { blocksOf } from './conversation/blocks.js';
import type { Reply } from './conversation/entries.js';
import { FailureNote } from './failure-note.js';
import { ReplyFigures } from './reply-figures.js';

interface ReplyViewProps {
  readonly reply: Reply;
  readonly onAgain?: () => void;
}

/** What a model has answered so far, as text. */
export function ReplyView({ reply, onAgain }: ReplyViewProps) {
  const { text, reasoning, calls, state, finish, failure } = reply;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {reasoning !== '' && (
        <Reasoning text={reasoning} isOpen={text === '' && state === 'running'} />
      )}
      {blocksOf(text).map((block, index) =>
        block.kind === 'code' ? (
          <CodeBlock
            key={index}
            text={block.text}
            title={block.language || 'Code'}
            copyLabel="Copy the code"
          />
        ) : (
          <p key={index} className="leading-relaxed break-words whitespace-pre-wrap">
            {block.text}
          </p>
        ),
      )}
      {calls.map((call, index) => (
        <CodeBlock
          key={index}
          title={`Calls ${call.name}`}
          text={prettyJson(call.args)}
          copyLabel="Copy the arguments"
        />
      ))}
      {failure !== undefined && (
        <FailureNote failure={failure} requestId={reply.requestId} retry={onAgain} />
      )}
      {state === 'stopped' && <Note>Stopped. What was written until then is charged.</Note>}
      {finish === 'length' && (
        <Note>Cut at the longest output. Raise it in the settings, and ask to go on.</Note>
      )}
      {finish === 'content_filter' && <Note>The provider’s filter ended the answer.</Note>}
      {reply.ignored !== undefined && <Note>Not given to the model: {reply.ignored}.</Note>}
      <ReplyFigures reply={reply} onAgain={state === 'failed' ? undefined : onAgain} />
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <p className="text-sm text-muted">{children}</p>;
}

function Reasoning({ text, isOpen }: { text: string; isOpen: boolean }) {
  return (
    <details open={isOpen} className="group rounded-md border border-line bg-sunken">
      <summary className="flex cursor-pointer items-center gap-1 px-2 py-1 text-sm text-muted select-none">
        <ChevronRight aria-hidden className="size-3.5 group-open:rotate-90" />
        Reasoning
      </summary>
      <p
        // It scrolls, by keyboard too.
        tabIndex={0}
        className="max-h-60 overflow-y-auto px-3 pb-2 text-sm break-words whitespace-pre-wrap text-muted"
      >
        {text}
      </p>
    </details>
  );
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
