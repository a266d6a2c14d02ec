import { invoicePdf, pathOf, type Invoice } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readableMoney } from '../../format/money.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Money } from '../../ui/values.js';
import { InvoicePanel } from './invoice-panel.js';
import { monthName } from './month-name.js';
import { invoicesQuery } from './queries.js';

const STATES: Record<Invoice['state'], [Tone, string]> = {
  settled: ['neutral', 'Nothing to pay'],
  unsent: ['neutral', 'On its way'],
  open: ['warn', 'To be paid'],
  paid: ['good', 'Paid'],
};

export function InvoicesCard({ accountId }: { accountId: string }) {
  const query = useInfiniteQuery(invoicesQuery(accountId));
  const [open, setOpen] = useState<Invoice>();
  const invoices = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title="Invoices" isFlush>
      {query.isPending ? (
        <SkeletonRows rows={3} label="Loading invoices" />
      ) : query.error !== null && invoices.length === 0 ? (
        <div className="p-4">
          <ErrorNote
            error={query.error}
            what="The invoices could not be loaded."
            retry={() => void query.refetch()}
          />
        </div>
      ) : invoices.length === 0 ? (
        <p className="p-4 text-muted">
          The first one is made when a UTC month with requests has ended.
        </p>
      ) : (
        <Table label="Invoices">
          <thead>
            <tr>
              <HeadCell>Month</HeadCell>
              <HeadCell>Number</HeadCell>
              <HeadCell>State</HeadCell>
              <HeadCell isNumber>Charged</HeadCell>
              <HeadCell isNumber>To pay</HeadCell>
              <HeadCell>
                <span className="sr-only">Files</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {invoices.map((invoice) => (
              <Row
                key={invoice.invoice_id}
                invoice={invoice}
                accountId={accountId}
                onOpen={setOpen}
              />
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
      <InvoicePanel accountId={accountId} invoice={open} onClose={() => setOpen(undefined)} />
    </Card>
  );
}

interface RowProps {
  readonly invoice: Invoice;
  readonly accountId: string;
  readonly onOpen: (invoice: Invoice) => void;
}

function Row({ invoice, accountId, onOpen }: RowProps) {
  const [tone, words] = STATES[invoice.state];
  const { invoice_id, hosted_url } = invoice;
  return (
    <tr>
      <Cell className="whitespace-nowrap">
        <button
          type="button"
          className="font-medium underline-offset-2 hover:underline"
          onClick={() => onOpen(invoice)}
        >
          {monthName(invoice.month)}
        </button>
      </Cell>
      <Cell className="font-mono text-sm whitespace-nowrap">{invoice.number}</Cell>
      <Cell>
        <Badge tone={tone}>{words}</Badge>
      </Cell>
      <Cell isNumber>
        <Money nanoUsd={invoice.charged_nano_usd} isPlain />
      </Cell>
      <Cell isNumber>{readableMoney(BigInt(invoice.due_cents) * 10_000_000n)}</Cell>
      <Cell className="text-right whitespace-nowrap">
        {hosted_url !== null && invoice.state === 'open' && (
          <a href={hosted_url} rel="noreferrer" className={buttonClasses('quiet', 'small')}>
            Pay
          </a>
        )}
        <a
          href={pathOf(invoicePdf, { account_id: accountId, invoice_id })}
          className={buttonClasses('quiet', 'small')}
          aria-label={`PDF of ${invoice.number}`}
        >
          PDF
        </a>
      </Cell>
    </tr>
  );
}
