import type { Payment } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Money, Time } from '../../ui/values.js';
import { paymentsQuery } from './queries.js';

const KINDS: Record<string, string> = {
  operator: 'Credited by ModelBridge',
  payment: 'Paid in',
  refund: 'Refund',
  refund_returned: 'Refund returned',
  dispute: 'Disputed',
  dispute_returned: 'Dispute won',
  lost_dispute_returned: 'Disputed money returned',
  plan_payment: 'Paid for a plan',
  plan_refund: 'Refund for a plan',
};

export function PaymentsCard({ accountId }: { accountId: string }) {
  const query = useInfiniteQuery(paymentsQuery(accountId));
  const payments = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title="Transactions" isFlush>
      {query.isPending ? (
        <SkeletonRows rows={4} label="Loading transactions" />
      ) : query.error !== null && payments.length === 0 ? (
        <div className="p-4">
          <ErrorNote
            error={query.error}
            what="The transactions could not be loaded."
            retry={() => void query.refetch()}
          />
        </div>
      ) : payments.length === 0 ? (
        <p className="p-4 text-muted">Nothing was paid in yet.</p>
      ) : (
        <Table label="Transactions">
          <thead>
            <tr>
              <HeadCell>When</HeadCell>
              <HeadCell>What</HeadCell>
              <HeadCell>Card</HeadCell>
              <HeadCell isNumber>Amount</HeadCell>
            </tr>
          </thead>
          <tbody>
            {payments.map((payment) => (
              <Row key={payment.transaction_id} payment={payment} />
            ))}
          </tbody>
        </Table>
      )}
      {query.hasNextPage && (
        <div className="p-3">
          <Button
            size="small"
            isBusy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}

function Row({ payment }: { payment: Payment }) {
  const { card } = payment;
  return (
    <tr>
      <Cell className="whitespace-nowrap">
        <Time at={payment.created_at} style="minuteOfYear" isPlain />
      </Cell>
      <Cell>{KINDS[payment.kind] ?? payment.kind.replaceAll('_', ' ')}</Cell>
      <Cell className="whitespace-nowrap">
        {card === null ? (
          <span className="text-muted">–</span>
        ) : (
          <>
            <span className="capitalize">{card.brand}</span> ending in {card.last4}
          </>
        )}
      </Cell>
      <Cell isNumber>
        <Money nanoUsd={payment.amount_nano_usd} isPlain />
      </Cell>
    </tr>
  );
}
