import type { Overview } from '@modelbridge/dashboard-api';
import { exactMoney, readableMoney } from '../../format/money.js';
import { readableTime } from '../../format/time.js';
import { Card } from '../../ui/card.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Exact } from '../../ui/tooltip.js';

interface MoneyTilesProps {
  readonly overview: Overview | undefined;
  readonly hasFailed: boolean;
}

/** What there is to spend, and what was spent. */
export function MoneyTiles({ overview, hasFailed }: MoneyTilesProps) {
  if (overview === undefined) {
    return hasFailed ? null : (
      <div
        className="grid gap-3 sm:grid-cols-3"
        role="status"
        aria-label="Loading balance and spend"
      >
        {[0, 1, 2].map((tile) => (
          <Card key={tile}>
            <Skeleton className="h-4 w-24" />
            <Skeleton className="mt-2 h-7 w-32" />
            <Skeleton className="mt-2 h-4 w-40" />
          </Card>
        ))}
      </div>
    );
  }
  const { money, spent_today_nano_usd, spent_month_nano_usd } = overview;
  return (
    <div className={money === null ? 'grid gap-3 sm:grid-cols-2' : 'grid gap-3 sm:grid-cols-3'}>
      {money !== null && (
        <Tile label="Available" nanoUsd={money.available_nano_usd}>
          {describe(money)}
        </Tile>
      )}
      <Tile label="Spent today" nanoUsd={spent_today_nano_usd}>
        since midnight UTC
      </Tile>
      <Tile label="Spent this month" nanoUsd={spent_month_nano_usd}>
        since the first, UTC
      </Tile>
    </div>
  );
}

function describe(money: NonNullable<Overview['money']>): string {
  const { granted_nano_usd, held_nano_usd, next_expiry } = money;
  const parts = [
    granted_nano_usd !== '0' && `${readableMoney(granted_nano_usd)} of it credit`,
    next_expiry !== null &&
      `${readableMoney(next_expiry.amount_nano_usd)} expires ${readableTime(next_expiry.at, 'day')}`,
    held_nano_usd !== '0' && `${readableMoney(held_nano_usd)} more is set aside for requests`,
  ];
  return parts.filter((part) => part !== false).join(' · ') || 'paid in and not spent';
}

function Tile(props: { label: string; nanoUsd: string; children: string }) {
  return (
    <Card>
      <p className="text-sm text-muted">{props.label}</p>
      <p className="mt-0.5 text-2xl font-semibold tracking-tight">
        <Exact exact={exactMoney(props.nanoUsd)}>{readableMoney(props.nanoUsd)}</Exact>
      </p>
      <p className="mt-1 text-sm text-muted">{props.children}</p>
    </Card>
  );
}
