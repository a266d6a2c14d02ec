import type { SpendLimit } from '@modelbridge/dashboard-api';
import { readableMoney } from '../format/money.js';
import { readableTime } from '../format/time.js';
import { Meter } from './meter.js';

const SCOPES = { account: 'Account', member: 'Member', key: 'Key' } as const;
const PERIODS = { day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

/** What of a limit is spent, or set aside for requests that run. */
export function usedOf({ used_nano_usd, held_nano_usd }: SpendLimit): bigint {
  return BigInt(used_nano_usd) + BigInt(held_nano_usd);
}

/** `$3.20 of $10.00 a month`. */
export function usedText(limit: SpendLimit): string {
  return `${readableMoney(usedOf(limit))} of ${readableMoney(limit.limit_nano_usd)} ${PERIODS[limit.period]}`;
}

interface LimitMeterProps {
  readonly limit: SpendLimit;
  /** Whose limit it is, where that is not plain: "Your own". */
  readonly label?: string;
}

export function LimitMeter({ limit, label = SCOPES[limit.scope] }: LimitMeterProps) {
  const text = usedText(limit);
  return (
    <div>
      <p className="mb-1 flex flex-wrap justify-between gap-x-3 text-sm">
        <span>{label}</span>
        <span className="tabular text-muted">{text}</span>
      </p>
      <Meter label={label} used={usedOf(limit)} of={BigInt(limit.limit_nano_usd)} text={text} />
      {limit.resets_at !== null && (
        <p className="mt-1 text-xs text-muted">
          Starts again <time dateTime={limit.resets_at}>{readableTime(limit.resets_at)}</time>
        </p>
      )}
    </div>
  );
}
