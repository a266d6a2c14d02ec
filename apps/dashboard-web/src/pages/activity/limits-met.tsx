import type { SpendLimit } from '@modelbridge/dashboard-api';
import { readableMoney } from '../../format/money.js';
import { Meter } from '../../ui/meter.js';

const SCOPES = { account: 'Account', member: 'Member', key: 'Key' } as const;
const PERIODS = { day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

/** As they stand now. */
export function LimitsMet({ limits }: { limits: readonly SpendLimit[] }) {
  return (
    <ul className="flex flex-col gap-3">
      {limits.map((limit) => {
        const used = BigInt(limit.used_nano_usd) + BigInt(limit.held_nano_usd);
        const label = `${SCOPES[limit.scope]}, ${PERIODS[limit.period]}`;
        const text = `${readableMoney(used)} of ${readableMoney(limit.limit_nano_usd)}`;
        return (
          <li key={label}>
            <p className="mb-1 flex justify-between gap-3 text-sm">
              <span>{label}</span>
              <span className="tabular text-muted">{text}</span>
            </p>
            <Meter label={label} used={used} of={BigInt(limit.limit_nano_usd)} text={text} />
          </li>
        );
      })}
    </ul>
  );
}
