import type { Key } from '@modelbridge/dashboard-api';
import { exactCount } from '../../format/numbers.js';
import { Fact, Facts } from '../../ui/facts.js';
import { LimitMeter } from '../../ui/limit-meter.js';
import { Time } from '../../ui/values.js';
import { API_LABELS } from './key-fields.js';

/** What a key may and what it has used of it. */
export function KeyFacts({ shown }: { shown: Key }) {
  const { restrictions: may } = shown;
  return (
    <>
      {shown.limits.length > 0 && (
        <ul aria-label="Spending limits" className="flex flex-col gap-3">
          {shown.limits.map((limit) => (
            <li key={limit.period}>
              <LimitMeter limit={limit} label="Spent" />
            </li>
          ))}
        </ul>
      )}
      <Facts>
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
      </Facts>
    </>
  );
}

const listed = (words: readonly string[], none: string) =>
  words.length === 0 ? none : words.join(', ');
const counted = (count: number) => (count === 0 ? 'As the plan' : exactCount(count));
const instant = (at: string | null, none: string) =>
  at === null ? none : <Time at={at} style="minuteOfYear" />;
