import type { Usage, USAGE_GROUPS } from '@modelbridge/dashboard-api';
import { colorOf } from '../../charts/chart.js';
import { shareOf } from '../../charts/ticks.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Count, Money, Tokens } from '../../ui/values.js';

const HEADS = { model: 'Model', key: 'Key', member: 'Member' } as const;

/** The sums of each group, the dearest first. */
export function GroupsTable({ usage, by }: { usage: Usage; by: (typeof USAGE_GROUPS)[number] }) {
  const whole = BigInt(usage.totals.cost_nano_usd);
  return (
    <Table label={`Usage by ${by}`}>
      <thead className="border-t border-line">
        <tr>
          <HeadCell>{HEADS[by]}</HeadCell>
          <HeadCell isNumber>Requests</HeadCell>
          <HeadCell isNumber>Tokens</HeadCell>
          <HeadCell isNumber>Spend</HeadCell>
          <HeadCell isNumber>Share</HeadCell>
        </tr>
      </thead>
      <tbody>
        {usage.groups.map((group, index) => (
          <tr key={group.group ?? ''} className="last:*:border-b-0">
            <Cell className="max-w-56">
              <span className="flex items-center gap-2">
                <span
                  aria-hidden
                  className="size-2.5 shrink-0 rounded-xs"
                  style={{
                    background: colorOf({ name: '', values: [], isRest: group.is_rest }, index),
                  }}
                />
                <span className="truncate" title={group.group ?? undefined}>
                  {group.name}
                </span>
              </span>
            </Cell>
            <Cell isNumber>
              <Count count={group.totals.requests} isPlain />
            </Cell>
            <Cell isNumber>
              <Tokens count={group.totals.tokens} isPlain />
            </Cell>
            <Cell isNumber>
              <Money nanoUsd={group.totals.cost_nano_usd} isPlain />
            </Cell>
            <Cell isNumber>
              {Math.round(100 * shareOf(BigInt(group.totals.cost_nano_usd), whole))}%
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
