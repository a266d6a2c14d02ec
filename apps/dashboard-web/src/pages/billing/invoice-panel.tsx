import type { Invoice } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '../../ui/error-note.js';
import { SidePanel } from '../../ui/dialog.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Cell, HeadCell, Table } from '../../ui/table.js';
import { Count, Money } from '../../ui/values.js';
import { monthName } from './month-name.js';
import { invoiceQuery } from './queries.js';

interface InvoicePanelProps {
  readonly accountId: string;
  readonly invoice: Invoice | undefined;
  readonly onClose: () => void;
}

/** The lines of an invoice: their sum is what the ledger charged. */
export function InvoicePanel({ accountId, invoice, onClose }: InvoicePanelProps) {
  return (
    <SidePanel
      isOpen={invoice !== undefined}
      onClose={onClose}
      title={invoice === undefined ? '' : monthName(invoice.month)}
      description={invoice?.number}
    >
      {invoice !== undefined && <Lines accountId={accountId} invoiceId={invoice.invoice_id} />}
    </SidePanel>
  );
}

function Lines({ accountId, invoiceId }: { accountId: string; invoiceId: string }) {
  const { data, error } = useQuery(invoiceQuery(accountId, invoiceId));
  if (error !== null) return <ErrorNote error={error} what="The invoice could not be loaded." />;
  if (data === undefined) return <SkeletonRows label="Loading the invoice" />;
  return (
    <Table label="Lines of the invoice">
      <thead>
        <tr>
          <HeadCell>Model</HeadCell>
          <HeadCell isNumber>Requests</HeadCell>
          <HeadCell isNumber>Tokens</HeadCell>
          <HeadCell isNumber>Charged</HeadCell>
        </tr>
      </thead>
      <tbody>
        {data.lines.map((line) => (
          <tr key={`${line.month} ${line.user_id} ${line.model}`}>
            <Cell>{line.model === '' ? 'Earlier charges' : line.model}</Cell>
            <Cell isNumber>
              <Count count={line.requests} isPlain />
            </Cell>
            <Cell isNumber>
              <Count count={line.input_tokens + line.output_tokens} isPlain />
            </Cell>
            <Cell isNumber>
              <Money nanoUsd={line.charged_nano_usd} isPlain />
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
