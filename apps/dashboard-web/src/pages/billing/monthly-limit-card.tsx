import type { SpendLimit } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { dollarsOfNanos, nanosOfDollars, readableMoney } from '../../format/money.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Meter } from '../../ui/meter.js';
import { DollarsField } from './dollars-field.js';
import type { BillingActs } from './use-billing-acts.js';

interface MonthlyLimitCardProps {
  readonly accountId: string;
  readonly limits: readonly SpendLimit[];
  readonly set: BillingActs['setLimit'];
}

export function MonthlyLimitCard({ accountId, limits, set }: MonthlyLimitCardProps) {
  const limit = limits.find(({ scope, period }) => scope === 'account' && period === 'month');
  const [text, setText] = useState(limit === undefined ? '' : dollarsOfNanos(limit.limit_nano_usd));
  const [error, setError] = useState<string>();
  const change = (limit_nano_usd: string | null) => {
    setError(undefined);
    const params = { account_id: accountId, period: 'month' as const };
    set.mutate({ params, body: { limit_nano_usd } });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const nanos = nanosOfDollars(text);
    if (nanos === undefined) setError('An amount of dollars, such as 100.');
    else change(nanos);
  };
  return (
    <Card title="Monthly limit">
      {limit === undefined ? (
        <p className="mb-3 text-muted">None is set: requests may spend all that is available.</p>
      ) : (
        <Used limit={limit} />
      )}
      <form onSubmit={submit} noValidate className="flex flex-col gap-3">
        <DollarsField
          label="At most, in a UTC month"
          hint="A hard limit: a request that could go beyond it is refused before it is sent."
          value={text}
          error={error}
          onChange={setText}
        />
        {set.error !== null && <ErrorNote error={set.error} what="The limit was not changed." />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" isBusy={set.isPending}>
            Set limit
          </Button>
          {limit !== undefined && (
            <Button look="quiet" onClick={() => change(null)}>
              Remove it
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

function Used({ limit }: { limit: SpendLimit }) {
  const used = BigInt(limit.used_nano_usd) + BigInt(limit.held_nano_usd);
  const text = `${readableMoney(used)} of ${readableMoney(limit.limit_nano_usd)}`;
  return (
    <div className="mb-4">
      <p className="tabular mb-1 text-muted">{text} used this month</p>
      <Meter label="Monthly limit" used={used} of={BigInt(limit.limit_nano_usd)} text={text} />
    </div>
  );
}
