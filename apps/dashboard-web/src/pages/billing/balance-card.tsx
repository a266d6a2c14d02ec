import type { BillingSummary } from '@modelbridge/dashboard-api';
import type { ReactNode } from 'react';
import { Card } from '../../ui/card.js';
import { Money, Time } from '../../ui/values.js';

export function BalanceCard({ summary }: { summary: BillingSummary }) {
  const { next_expiry, account_plan } = summary;
  const isInvoiced = account_plan.billing_mode === 'invoice';
  return (
    <Card title="Balance">
      <p className="text-3xl font-semibold tracking-tight">
        <Money nanoUsd={summary.available_nano_usd} />
      </p>
      <p className="mt-1 text-sm text-muted">
        {isInvoiced ? 'of your own money and credit, before the credit line' : 'can be spent now'}
      </p>
      <dl className="mt-4 flex flex-col gap-2">
        <Fact name="Paid in and not spent">
          <Money nanoUsd={summary.balance_nano_usd} />
        </Fact>
        <Fact name="Credit, spent first">
          <Money nanoUsd={summary.granted_nano_usd} />
        </Fact>
        <Fact name="Set aside for requests">
          <Money nanoUsd={summary.held_nano_usd} />
        </Fact>
        {isInvoiced && (
          <Fact name="Credit line">
            <Money nanoUsd={account_plan.credit_line_nano_usd} />
          </Fact>
        )}
        <Fact name="Spent since the start">
          <Money nanoUsd={summary.spent_nano_usd} />
        </Fact>
      </dl>
      {next_expiry !== null && (
        <p className="mt-3 text-sm text-muted">
          <Money nanoUsd={next_expiry.amount_nano_usd} /> of credit expires{' '}
          <Time at={next_expiry.at} style="dayOfYear" />.
        </p>
      )}
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-3">
      <dt className="text-muted">{name}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
