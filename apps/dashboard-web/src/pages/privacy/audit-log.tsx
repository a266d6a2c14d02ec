import type { AuditEntry } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSession } from '../../api/session.js';
import { useAccount } from '../../layout/use-account.js';
import { Card } from '../../ui/card.js';
import { LoadMore } from '../../ui/load-more.js';
import { Loaded } from '../../ui/loaded.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Time } from '../../ui/values.js';
import { auditLogQuery } from './queries.js';

/** Every act that decides who may call, see, spend or sign in, of the account that is looked at. */
export function AuditLog() {
  const { account_id, name } = useAccount();
  const query = useInfiniteQuery(auditLogQuery(account_id));
  return (
    <Card title={`Audit log of ${name}`} isFlush>
      <Loaded query={query} what="the audit log">
        {({ pages }) => (
          <>
            <Table label="Audit log">
              <thead>
                <tr>
                  <HeadCell isNumber>No.</HeadCell>
                  <HeadCell>When</HeadCell>
                  <HeadCell>Who</HeadCell>
                  <HeadCell>Act</HeadCell>
                  <HeadCell>Of what</HeadCell>
                  <HeadCell>More</HeadCell>
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap(({ items }) => items)
                  .map((entry) => (
                    <Row key={entry.sequence} entry={entry} />
                  ))}
              </tbody>
            </Table>
            <LoadMore pages={query} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  const { person } = useSession();
  const more = Object.entries(entry.details).map(([name, value]) => `${name}: ${value}`);
  return (
    <tr className="align-top">
      <Cell isNumber>{entry.sequence}</Cell>
      <Cell className="whitespace-nowrap">
        <Time at={entry.recorded_at} style="second" isPlain />
      </Cell>
      <Cell className="max-w-48 truncate" title={entry.actor_id}>
        {entry.actor_id === person.user_id ? 'You' : `${entry.actor_kind} ${entry.actor_id}`}
      </Cell>
      <Cell>
        <code className="font-mono text-xs">{entry.act}</code>
      </Cell>
      <Cell className="max-w-56 font-mono text-xs break-all">{entry.object_ids.join(', ')}</Cell>
      <Cell className="max-w-72 text-sm break-words text-muted">
        {[...more, ...(entry.reason === null ? [] : [`reason: ${entry.reason}`])].join(', ')}
      </Cell>
    </tr>
  );
}
