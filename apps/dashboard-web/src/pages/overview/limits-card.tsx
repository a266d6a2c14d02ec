import type { SpendLimit } from '@modelbridge/dashboard-api';
import { readableMoney } from '../../format/money.js';
import { readableTime } from '../../format/time.js';
import { Card } from '../../ui/card.js';
import { Meter } from '../../ui/meter.js';
import { SkeletonRows } from '../../ui/skeleton.js';

const SCOPES = { account: 'Account', member: 'Your own', key: 'Key' } as const;
const PERIODS = { day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

interface LimitsCardProps {
  readonly limits: readonly SpendLimit[] | undefined;
  readonly hasFailed: boolean;
}

export function LimitsCard({ limits, hasFailed }: LimitsCardProps) {
  return (
    <Card title="Limits">
      {limits === undefined ? (
        hasFailed ? (
          <p className="text-muted">Not loaded.</p>
        ) : (
          <SkeletonRows rows={3} label="Loading limits" />
        )
      ) : limits.length === 0 ? (
        <p className="text-muted">
          No spending limit is set: requests may spend all that is available.
        </p>
      ) : (
        <ul className="flex flex-col gap-4">
          {limits.map((limit) => (
            <LimitRow key={`${limit.scope} ${limit.scope_id} ${limit.period}`} limit={limit} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function LimitRow({ limit }: { limit: SpendLimit }) {
  const used = BigInt(limit.used_nano_usd) + BigInt(limit.held_nano_usd);
  const text = `${readableMoney(used)} of ${readableMoney(limit.limit_nano_usd)}`;
  const label = `${SCOPES[limit.scope]}, ${PERIODS[limit.period]}`;
  return (
    <li>
      <p className="mb-1 flex flex-wrap justify-between gap-x-3">
        <span>{label}</span>
        <span className="tabular text-muted">{text}</span>
      </p>
      <Meter label={label} used={used} of={BigInt(limit.limit_nano_usd)} text={text} />
      {limit.resets_at !== null && (
        <p className="mt-1 text-sm text-muted">
          Starts again <time dateTime={limit.resets_at}>{readableTime(limit.resets_at)}</time>
        </p>
      )}
    </li>
  );
}
