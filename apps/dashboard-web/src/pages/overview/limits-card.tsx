import type { SpendLimit } from '@modelbridge/dashboard-api';
import { Card } from '../../ui/card.js';
import { LimitMeter } from '../../ui/limit-meter.js';
import { SkeletonRows } from '../../ui/skeleton.js';

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
            <li key={`${limit.scope} ${limit.scope_id} ${limit.period}`}>
              <LimitMeter limit={limit} label={limit.scope === 'member' ? 'Your own' : undefined} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
