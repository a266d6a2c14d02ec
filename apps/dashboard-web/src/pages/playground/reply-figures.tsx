import { Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { exactMoney, readableMoney } from '../../format/money.js';
import { exactCount, readableDuration } from '../../format/numbers.js';
import { useNow } from '../../ranges/use-now.js';
import { Button } from '../../ui/button.js';
import { costOfReply, outputOf, type Cost } from './conversation/cost.js';
import type { Reply } from './conversation/entries.js';
import { usePlayground } from './conversation/use-playground.js';

const TICK_MS = 100;

interface ReplyFiguresProps {
  readonly reply: Reply;
  readonly onAgain?: () => void;
}

/** Time, tokens and cost of a reply, as it runs and when it has ended. */
export function ReplyFigures({ reply, onAgain }: ReplyFiguresProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      {reply.endedMs === undefined ? (
        <Running reply={reply} />
      ) : (
        <Figures reply={reply} nowMs={reply.endedMs} />
      )}
      {reply.firstMs !== undefined &&
        reply.endedMs !== undefined &&
        reply.requestId !== undefined && (
          <Link
            to="/activity"
            search={({ account }) => ({ account, request: reply.requestId })}
            className="underline underline-offset-2"
          >
            Request
          </Link>
        )}
      {onAgain !== undefined && (
        <Button look="quiet" size="small" onClick={onAgain}>
          <RotateCcw aria-hidden className="size-3.5" />
          Again
        </Button>
      )}
    </div>
  );
}

function Running({ reply }: { reply: Reply }) {
  const now = useNow(TICK_MS);
  return <Figures reply={reply} nowMs={Math.max(now, reply.startedMs)} />;
}

function Figures({ reply, nowMs }: { reply: Reply; nowMs: number }) {
  const { playground } = usePlayground();
  const { startedMs, firstMs, usage } = reply;
  const cost = costOfReply(reply, playground.models);
  const output = outputOf(reply);
  const writing = firstMs === undefined ? 0 : nowMs - firstMs;
  const about = usage === undefined ? '≈ ' : '';
  return (
    <>
      <span className="tabular">
        {firstMs === undefined && reply.state === 'running' && 'Waiting '}
        {readableDuration(nowMs - startedMs)}
      </span>
      {firstMs !== undefined && (
        <span className="tabular">first token {readableDuration(firstMs - startedMs)}</span>
      )}
      {output > 0 && (
        <span className="tabular" title={usage && inputWords(usage)}>
          {about}
          {exactCount(output)} tokens
          {writing > 500 && `, ${about}${Math.round((1_000 * output) / writing)}/s`}
        </span>
      )}
      {cost !== undefined && <CostShown cost={cost} />}
    </>
  );
}

function inputWords(usage: NonNullable<Reply['usage']>): string {
  const { input, cacheRead, cacheWrite, output } = usage;
  return [
    `${exactCount(input)} tokens of input`,
    ...(cacheRead > 0 ? [`${exactCount(cacheRead)} read from a cache`] : []),
    ...(cacheWrite > 0 ? [`${exactCount(cacheWrite)} written to a cache`] : []),
    `${exactCount(output)} tokens of output`,
  ].join(', ');
}

export function CostShown({ cost }: { cost: Cost }) {
  return (
    <span
      className="tabular"
      title={cost.isGuess ? 'Guessed from the length of the text' : exactMoney(cost.nanoUsd)}
    >
      {cost.isGuess && '≈ '}
      {readableMoney(cost.nanoUsd)}
    </span>
  );
}
