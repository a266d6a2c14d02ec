import { CopyButton } from './copy-button.js';

interface CodeBlockProps {
  readonly text: string;
  /** Where it goes: a file's name. */
  readonly title?: string;
  readonly copyLabel?: string;
}

/** Text that is read and copied as it is. */
export function CodeBlock({ text, title, copyLabel = 'Copy' }: CodeBlockProps) {
  return (
    <div className="min-w-0 rounded-md border border-line bg-sunken">
      <div className="flex items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-3">
        <span className="truncate font-mono text-xs text-muted">{title ?? 'Shell'}</span>
        <CopyButton text={text} label={copyLabel} />
      </div>
      <pre
        // It scrolls sideways, by keyboard too.
        tabIndex={0}
        className="max-h-96 overflow-auto p-3 font-mono text-xs leading-relaxed whitespace-pre"
      >
        {text}
      </pre>
    </div>
  );
}
