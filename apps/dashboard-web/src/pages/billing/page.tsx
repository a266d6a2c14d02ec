import type { BillingSummary } from '@modelbridge/dashboard-api';
import { getRouteApi } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { CreditCard, Lock } from 'lucide-react';
import { useState } from 'react';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Page } from '../../ui/page.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { AutoRechargeCard } from './auto-recharge-card.js';
import { BalanceCard } from './balance-card.js';
import { InvoicesCard } from './invoices-card.js';
import { MonthlyLimitCard } from './monthly-limit-card.js';
import { PaidNote } from './paid-note.js';
import { PaymentsCard } from './payments-card.js';
import { PlanCard } from './plan-card.js';
import { PromoCard } from './promo-card.js';
import { billingQuery } from './queries.js';
import { TopUpDialog } from './top-up-dialog.js';
import { useBillingActs, type BillingActs } from './use-billing-acts.js';
import { usePaid } from './use-paid.js';

const billingRoute = getRouteApi('/shell/billing');

export function BillingPage() {
  const account = useAccount();
  const acts = useBillingActs();
  if (account.role === 'member') {
    return (
      <Page title="Billing">
        <Card>
          <EmptyState
            icon={<Lock className="size-8" />}
            title="The team’s money is not shown to you"
          >
            Its owner and admins see balance, payments and invoices. Your own limit is on the
            overview.
          </EmptyState>
        </Card>
      </Page>
    );
  }
  return <Billing key={account.account_id} accountId={account.account_id} acts={acts} />;
}

function Billing({ accountId, acts }: { accountId: string; acts: BillingActs }) {
  const [isTopUpOpen, setTopUpOpen] = useState(false);
  const { top_up, plan } = billingRoute.useSearch();
  const paid = usePaid(accountId, top_up ?? plan);
  const query = useQuery(billingQuery(accountId, paid === 'awaited'));
  return (
    <Page
      title="Billing"
      description="What is paid in, what it is spent on, and what may be spent."
      actions={
        <>
          <Button
            isBusy={acts.portal.isPending}
            onClick={() => acts.portal.mutate({ params: { account_id: accountId }, body: {} })}
          >
            <CreditCard aria-hidden className="size-4" />
            Cards and receipts
          </Button>
          <Button look="primary" onClick={() => setTopUpOpen(true)}>
            Pay in
          </Button>
        </>
      }
    >
      <PaidNote state={paid} what={plan === undefined ? 'payment' : 'plan'} />
      {query.error !== null && query.data === undefined ? (
        <ErrorNote
          error={query.error}
          what="The balance could not be loaded."
          retry={() => void query.refetch()}
        />
      ) : (
        <Summary accountId={accountId} summary={query.data} acts={acts} />
      )}
      <InvoicesCard accountId={accountId} />
      <PaymentsCard accountId={accountId} />
      <TopUpDialog
        isOpen={isTopUpOpen}
        onClose={() => setTopUpOpen(false)}
        accountId={accountId}
        topUp={acts.topUp}
      />
    </Page>
  );
}

interface SummaryProps {
  readonly accountId: string;
  readonly summary: BillingSummary | undefined;
  readonly acts: BillingActs;
}

function Summary({ accountId, summary, acts }: SummaryProps) {
  if (summary === undefined) {
    return (
      <Card>
        <SkeletonRows rows={5} label="Loading the balance" />
      </Card>
    );
  }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <BalanceCard summary={summary} />
        <AutoRechargeCard
          accountId={accountId}
          autoRecharge={summary.auto_recharge}
          set={acts.setAutoRecharge}
        />
        <PromoCard accountId={accountId} redeem={acts.redeem} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <PlanCard accountId={accountId} accountPlan={summary.account_plan} acts={acts} />
        <MonthlyLimitCard accountId={accountId} limits={summary.limits} set={acts.setLimit} />
      </div>
    </div>
  );
}
