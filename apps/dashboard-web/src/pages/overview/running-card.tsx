import { useQuery } from '@tanstack/react-query';
import { useAccount } from '../../layout/use-account.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { runningQuery } from './queries.js';

const SHOWN = 8;

/** What is being answered at this moment. */
export function RunningCard() {
  const { account_id } = useAccount();
  const running = useQuery(runningQuery(account_id));
  const { requests = 0, by = [] } = running.data ?? {};
  return (
    <Card
      title="Running now"
      isFlush
      actions={
        running.data !== undefined && (
          <span className="tabular text-sm text-muted">
            {requests} {requests === 1 ? 'request' : 'requests'}
          </span>
        )
      }
    >
      {running.error !== null ? (
        <div className="p-4">
          <ErrorNote error={running.error} what="What runs now could not be loaded." />
        </div>
      ) : running.isPending ? (
        <SkeletonRows rows={3} label="Loading what runs now" />
      ) : by.length === 0 ? (
        <p className="p-4 text-muted">
          No request is running. One that is shows up here within two seconds.
        </p>
      ) : (
        <Table label="Running now">
          <thead>
            <tr>
              <HeadCell>Model</HeadCell>
              <HeadCell>Key</HeadCell>
              <HeadCell>Region</HeadCell>
              <HeadCell isNumber>Requests</HeadCell>
            </tr>
          </thead>
          <tbody>
            {by.slice(0, SHOWN).map((row) => (
              <tr key={`${row.model} ${row.key_id} ${row.region}`}>
                <Cell className="max-w-40 truncate">{row.model}</Cell>
                <Cell className="max-w-40 truncate">{row.key_name}</Cell>
                <Cell>{row.region}</Cell>
                <Cell isNumber>{row.requests}</Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
