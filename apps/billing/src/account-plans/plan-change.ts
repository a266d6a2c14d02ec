import type { NewNotice } from '../notices/notice.js';
import type { PlanVersion } from '../plans/plan.js';

/** Told when it is decided; a change that was to come, once more when it has come. */
export function planChange(
  accountId: string,
  from: PlanVersion | undefined,
  to: PlanVersion | undefined,
  effectiveAt: Date,
): NewNotice {
  const facts = {
    from_plan: from?.name ?? '',
    to_plan: to?.name ?? '',
    effective_at: effectiveAt.toISOString(),
  };
  const versions = [from?.version ?? 0, to?.version ?? 0];
  const cause = [facts.from_plan, facts.to_plan, ...versions, facts.effective_at].join(':');
  return { accountId, kind: 'plan_changed', cause, facts };
}
