import type { Key } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { readableMoney } from '../../format/money.js';
import { exactCount } from '../../format/numbers.js';
import { Meter } from '../../ui/meter.js';
import { Time } from '../../ui/values.js';
import { API_LABELS } from './key-fields.js';

const PERIODS = { day: 'A day', week: 'A week', month: 'A month', total: 'In total' } as const;

/** What a key may and what it has used of it. */
export function KeyFacts({ shown }: { shown: Key }) {
  const { restrictions: may } = shown;
  return (
    <>
      {shown.limits.length > 0 && (
        <ul aria-label="Spending limits" className="flex flex-col gap-3">
          {shown.limits.map((limit) => {
            const used = BigInt(limit.used_nano_usd) + BigInt(limit.held_nano_usd);
            const text = `${readableMoney(used)} of ${readableMoney(limit.limit_nano_usd)}`;
            return (
              <li key={limit.period}>
                <p className="mb-1 flex justify-between gap-3 text-sm">
                  <span>{PERIODS[limit.period]}</span>
                  <span className="tabular text-muted">{text}</span>
                </p>
                <Meter
                  label={PERIODS[limit.period]}
                  used={used}
                  of={BigInt(limit.limit_nano_usd)}
                  text={text}
                />
              </li>
            );
          })}
        </ul>
      )}
      <dl className="divide-y divide-line rounded-md border border-line text-sm">
        {shown.limits.length === 0 && <Fact name="Spending limit">None</Fact>}
        <Fact name="Models">{listed(may.allowed_models, 'Every model')}</Fact>
        {may.never_stored_only && <Fact name="Content">Only models that never store it</Fact>}
        <Fact name="APIs">
          {listed(
            may.allowed_apis.map((api) => API_LABELS[api]),
            'Every API',
          )}
        </Fact>
        <Fact name="Addresses">{listed(may.allowed_addresses, 'From everywhere')}</Fact>
        <Fact name="Requests a minute">{counted(may.requests_per_minute)}</Fact>
        <Fact name="Tokens a minute">{counted(may.tokens_per_minute)}</Fact>
        <Fact name="At the same time">{counted(may.concurrent_requests)}</Fact>
        <Fact name="Made">
          <Time at={shown.created_at} style="minuteOfYear" />
          {shown.user_name !== null && ` by ${shown.user_name}`}
        </Fact>
        <Fact name="Last used">{instant(shown.last_used_at, 'Never')}</Fact>
        <Fact name="Expires">{instant(shown.expires_at, 'Never')}</Fact>
        {shown.previous_secret_until !== null && (
          <Fact name="Secret before works until">
            <Time at={shown.previous_secret_until} style="minuteOfYear" />
          </Fact>
        )}
        {shown.revoked_at !== null && (
          <Fact name="Revoked">
            <Time at={shown.revoked_at} style="minuteOfYear" />
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 px-3 py-2">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 text-right break-words">{children}</dd>
    </div>
  );
}

const listed = (words: readonly string[], none: string) =>
  words.length === 0 ? none : words.join(', ');
const counted = (count: number) => (count === 0 ? 'As the plan' : exactCount(count));
const instant = (at: string | null, none: string) =>
  at === null ? none : <Time at={at} style="minuteOfYear" />;
