import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readableMoney } from '../../format/money.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Time } from '../../ui/values.js';
import { previewQuery, type PlanName } from './queries.js';
import type { BillingActs } from './use-billing-acts.js';

interface PlanDialogProps {
  readonly accountId: string;
  /** Undefined: none is asked about. */
  readonly plan: PlanName | undefined;
  readonly onClose: () => void;
  readonly acts: BillingActs;
}

/** What a change costs and when it is in force, before it is confirmed. */
export function PlanDialog({ accountId, plan, onClose, acts }: PlanDialogProps) {
  return (
    <Dialog isOpen={plan !== undefined} onClose={onClose} title={`Change to ${plan ?? ''}`}>
      {plan !== undefined && (
        <Question accountId={accountId} plan={plan} onClose={onClose} acts={acts} />
      )}
    </Dialog>
  );
}

interface QuestionProps extends PlanDialogProps {
  readonly plan: PlanName;
}

function Question({ accountId, plan, onClose, acts }: QuestionProps) {
  const preview = useQuery(previewQuery(accountId, plan));
  const [attempt] = useState(() => crypto.randomUUID());
  const params = { account_id: accountId };
  if (preview.error !== null) {
    return <ErrorNote error={preview.error} what="What it costs could not be asked." />;
  }
  if (preview.data === undefined) return <SkeletonRows rows={2} label="Asking what it costs" />;
  const { due_cents, effective_at, needs_checkout } = preview.data;
  const due = readableMoney(BigInt(due_cents) * 10_000_000n);
  return (
    <>
      {effective_at !== null ? (
        <p>
          It is in force on <Time at={effective_at} style="dayOfYear" />. Until then nothing
          changes, and nothing is charged for the change.
        </p>
      ) : needs_checkout ? (
        <p>
          {due} a month, paid on Stripe’s page. The plan is in force as soon as the first month is
          paid.
        </p>
      ) : (
        <p>{due} is charged to your card at once for the rest of this month.</p>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        {needs_checkout ? (
          <Button
            look="primary"
            isBusy={acts.planCheckout.isPending}
            onClick={() => acts.planCheckout.mutate({ params, body: { plan, attempt } })}
          >
            Go to Stripe
          </Button>
        ) : (
          <Button
            look="primary"
            isBusy={acts.changePlan.isPending}
            onClick={() => {
              acts.changePlan.mutate({ params, body: { plan } }, { onSuccess: onClose });
            }}
          >
            Change plan
          </Button>
        )}
      </DialogActions>
    </>
  );
}
