import type { AccountPlan, Plan } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readableMoney } from '../../format/money.js';
import { readableCount } from '../../format/numbers.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Time } from '../../ui/values.js';
import { PlanDialog } from './plan-dialog.js';
import { plansQuery, type PlanName } from './queries.js';
import type { BillingActs } from './use-billing-acts.js';

interface PlanCardProps {
  readonly accountId: string;
  readonly accountPlan: AccountPlan;
  readonly acts: BillingActs;
}

export function PlanCard({ accountId, accountPlan, acts }: PlanCardProps) {
  const [wanted, setWanted] = useState<PlanName>();
  const plans = useQuery(plansQuery);
  const { plan, next_plan, period_ends_at } = accountPlan;
  return (
    <Card title="Plan">
      <p className="text-xl font-semibold capitalize">{plan?.name ?? 'None'}</p>
      {next_plan !== null && period_ends_at !== null && (
        <p className="mt-1 text-muted">
          Changes to <span className="capitalize">{next_plan.name}</span> on{' '}
          <Time at={period_ends_at} style="dayOfYear" />.
        </p>
      )}
      {next_plan === null && period_ends_at !== null && (
        <p className="mt-1 text-muted">
          This month ends <Time at={period_ends_at} style="dayOfYear" />.
        </p>
      )}
      {plans.error !== null && (
        <ErrorNote error={plans.error} what="The plans could not be loaded." />
      )}
      {plans.data === undefined && plans.error === null && (
        <SkeletonRows rows={4} label="Loading plans" />
      )}
      <ul className="mt-4 flex flex-col divide-y divide-line">
        {plans.data?.items.map((one) => (
          <PlanRow key={one.name} plan={one} accountPlan={accountPlan} onChoose={setWanted} />
        ))}
      </ul>
      <PlanDialog
        accountId={accountId}
        plan={wanted}
        onClose={() => setWanted(undefined)}
        acts={acts}
      />
    </Card>
  );
}

interface PlanRowProps {
  readonly plan: Plan;
  readonly accountPlan: AccountPlan;
  readonly onChoose: (plan: PlanName) => void;
}

function PlanRow({ plan, accountPlan, onChoose }: PlanRowProps) {
  const isOwn = plan.name === accountPlan.plan?.name;
  const isNext = plan.name === accountPlan.next_plan?.name;
  const name = selfService(plan.name);
  return (
    <li className="flex items-center justify-between gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          <span className="capitalize">{plan.name}</span>{' '}
          <span className="text-muted">{priceOf(plan)}</span>
        </p>
        <p className="text-sm text-muted">{termsOf(plan)}</p>
      </div>
      {isOwn && accountPlan.next_plan === null ? (
        <Badge tone="accent">Yours</Badge>
      ) : isNext ? (
        <Badge>Next</Badge>
      ) : name === undefined ? null : (
        <Button size="small" onClick={() => onChoose(name)}>
          {isOwn ? 'Keep' : 'Choose'}
        </Button>
      )}
    </li>
  );
}

/** Undefined for a plan that is agreed with people. */
function selfService(name: string): PlanName | undefined {
  return name === 'free' || name === 'pro' || name === 'team' ? name : undefined;
}

function priceOf({ monthly_price_cents: cents }: Plan): string {
  if (cents === null) return 'by agreement';
  return cents === 0 ? 'free' : `${readableMoney(BigInt(cents) * 10_000_000n)} a month`;
}

function termsOf(plan: Plan): string {
  const parts = [
    plan.included_credit_nano_usd !== '0' &&
      `${readableMoney(plan.included_credit_nano_usd)} of credit each month`,
    plan.requests_per_minute > 0 &&
      `${readableCount(plan.requests_per_minute)} requests a minute and key`,
    plan.tokens_per_minute > 0 && `${readableCount(plan.tokens_per_minute)} tokens a minute`,
    plan.max_team_members !== null && `${plan.max_team_members} team members`,
  ];
  return parts.filter((part) => part !== false).join(' · ') || 'no limits of its own';
}
