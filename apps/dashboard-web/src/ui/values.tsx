import { exactMoney, readableCost, readableMoney } from '../format/money.js';
import { exactCount, readableCount } from '../format/numbers.js';
import { exactTime, readableTime, type TimeStyle } from '../format/time.js';
import { Exact } from './tooltip.js';

/**
 * `isPlain` is for rows of a table: the exact value is seen by whoever points at it, and does not take a stop of the
 * keyboard in every cell.
 */
interface Plain {
  readonly isPlain?: boolean;
}

/** What one request cost, as nano-USD. */
export function Cost({ nanoUsd }: { readonly nanoUsd: string }) {
  return <Value readable={readableCost(nanoUsd)} exact={exactMoney(nanoUsd)} isPlain />;
}

/** Money, as nano-USD. */
export function Money({ nanoUsd, isPlain = false }: Plain & { readonly nanoUsd: string | bigint }) {
  return <Value readable={readableMoney(nanoUsd)} exact={exactMoney(nanoUsd)} isPlain={isPlain} />;
}

export function Tokens({
  count,
  isPlain = false,
}: Plain & { readonly count: number | bigint | string }) {
  const exact = `${exactCount(count)} tokens`;
  return <Value readable={readableCount(count)} exact={exact} isPlain={isPlain} />;
}

export function Count({
  count,
  isPlain = false,
}: Plain & { readonly count: number | bigint | string }) {
  return <Value readable={readableCount(count)} exact={exactCount(count)} isPlain={isPlain} />;
}

interface TimeProps extends Plain {
  /** ISO 8601. */
  readonly at: string;
  readonly style?: TimeStyle;
}

/** Local time; UTC on hover and by keyboard. */
export function Time({ at, style, isPlain = false }: TimeProps) {
  return (
    <time dateTime={at}>
      <Value readable={readableTime(at, style)} exact={exactTime(at)} isPlain={isPlain} />
    </time>
  );
}

function Value({ readable, exact, isPlain }: Plain & { readable: string; exact: string }) {
  if (isPlain || readable === exact) {
    return (
      <span className="tabular" title={readable === exact ? undefined : exact}>
        {readable}
      </span>
    );
  }
  return <Exact exact={exact}>{readable}</Exact>;
}
