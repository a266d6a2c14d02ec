import { compareSize, hasPeriods, type PlanVersion } from '../plans/plan.js';
import { effectOf, within, type Period } from './account-plan.js';

/** A plan that was paid for from a time on. */
export interface Stage {
  plan: PlanVersion;
  from: Date;
}

/** What a subscription says of a plan. */
export interface Subscribed extends Period {
  /** What its next period costs. */
  plan: PlanVersion;
  /** What is paid of the period that runs, the first plan first: none while the period is not paid. */
  stages: readonly Stage[];
  cancelsAtEnd: boolean;
  hasEnded: boolean;
}

/** The plan of an account, and since when it has had its period. */
export interface Had {
  plan: PlanVersion | undefined;
  startsAt: Date | undefined;
}

/** A plan that begins within the period that runs. */
export interface Begin extends Stage {
  /** The plan of the same period that this one replaces: its credit is included already. */
  before: PlanVersion | undefined;
  /** Undefined: the plan was had before too, and is renewed. */
  replaced: { plan: PlanVersion | undefined } | undefined;
}

/** What brings an account to its subscription. */
export interface Following {
  begins: Begin[];
  /** Keeps the period that runs, with what comes after it; undefined: nothing is known of it. */
  period: { next: PlanVersion | undefined } | undefined;
  /** The subscription is over: the account is left on free. */
  endsOnFree: boolean;
}

/**
 * The steps from what an account has to how its subscription stands. They hang on what was paid and when, not on when it
 * was heard of: whoever hears all of it, and whoever hears the end alone, comes to the same plan and the same credit.
 */
export function following(had: Had, subscribed: Subscribed, free: PlanVersion): Following {
  const { stages, startsAt, cancelsAtEnd, hasEnded, plan: paidNext } = subscribed;
  const begins: Begin[] = [];
  let plan = had.plan;
  const isNew = had.startsAt?.getTime() !== startsAt.getTime();
  for (const [index, stage] of stages.entries()) {
    const effect = effectOf(plan, stage.plan);
    const replaced = effect === undefined ? undefined : { plan };
    if (isNew && index === 0) {
      begins.push({ plan: stage.plan, from: startsAt, before: undefined, replaced });
    } else if (effect === 'now') {
      const from = within(subscribed, stage.from);
      begins.push({ plan: stage.plan, from, before: plan, replaced });
    } else continue;
    plan = stage.plan;
  }
  if (hasEnded) return { begins, period: undefined, endsOnFree: hasPeriods(plan) };
  if (stages.length === 0) return { begins, period: undefined, endsOnFree: false };
  const isSmaller = plan !== undefined && compareSize(paidNext, plan) < 0;
  const next = cancelsAtEnd ? free : isSmaller ? paidNext : undefined;
  return { begins, period: { next }, endsOnFree: false };
}
