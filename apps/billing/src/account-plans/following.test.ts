import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasPeriods, type PlanVersion } from '../plans/plan.js';
import { includedCredit } from './account-plan.js';
import { following, type Had, type Stage, type Subscribed } from './following.js';

const dayMs = 24 * 3_600_000;
const monthMs = 30 * dayMs;
const usd = 1_000_000_000n;

function version(name: PlanVersion['name'], dollars: number): PlanVersion {
  return {
    name,
    version: 1,
    effectiveFrom: new Date(0),
    monthlyPriceCents: dollars * 100,
    includedCredit: BigInt(dollars) * usd,
    limits: { requestsPerMinute: 0n, tokensPerMinute: 0n, concurrentRequests: 0 },
    maxTeamMembers: null,
  };
}
const free = version('free', 0);
const pro = version('pro', 20);
const team = version('team', 100);

/** How the subscription stood from a time on. */
interface Reading {
  at: Date;
  subscribed: Subscribed;
}

/** A subscription at Stripe, which bills as billing asks it to. */
class AtStripe {
  readonly readings: Reading[] = [];
  private now = new Date('2026-03-14T12:00:00Z').getTime();
  private subscribed: Subscribed;

  constructor(plan: PlanVersion) {
    this.subscribed = { plan, ...this.period(plan, true), cancelsAtEnd: false, hasEnded: false };
    this.note();
  }

  pass(share: number): void {
    const leftMs = this.subscribed.endsAt.getTime() - this.now;
    this.now += Math.floor(leftMs * share);
  }

  raise(): void {
    const { stages } = this.subscribed;
    const paid = stages.at(-1)?.plan;
    if (paid === undefined) return;
    // What was paid for is had until the period ends: coming back to it costs nothing.
    const bought = paid === team ? [] : [{ plan: team, from: new Date(this.now) }];
    this.change({ plan: team, stages: [...stages, ...bought] });
  }

  lower = () => this.change({ plan: pro });
  cancelAtEnd = (cancelsAtEnd: boolean) => this.change({ cancelsAtEnd });
  cancelNow = () => this.change({ hasEnded: true });

  renew(isPaid: boolean): void {
    const { plan, cancelsAtEnd, endsAt, stages } = this.subscribed;
    // Stripe goes on to collect what is not paid.
    if (stages.length === 0) return;
    this.now = endsAt.getTime();
    this.change(cancelsAtEnd ? { hasEnded: true } : this.period(plan, isPaid));
  }

  /** A period that is not paid is paid later, or given up. */
  resolve(isPaid: boolean): void {
    const { plan, startsAt, stages } = this.subscribed;
    if (stages.length > 0) return;
    this.change(isPaid ? { stages: [{ plan, from: startsAt }] } : { hasEnded: true });
  }

  private period(plan: PlanVersion, isPaid: boolean) {
    const startsAt = new Date(this.now);
    const stages: Stage[] = isPaid ? [{ plan, from: startsAt }] : [];
    return { startsAt, endsAt: new Date(this.now + monthMs), stages };
  }

  private change(values: Partial<Subscribed>): void {
    if (this.subscribed.hasEnded) return;
    this.subscribed = { ...this.subscribed, ...values };
    this.note();
  }

  private note(): void {
    this.readings.push({ at: new Date(this.now), subscribed: this.subscribed });
  }
}

/** How readings are taken; a control takes them otherwise. */
interface Rules {
  following: (
    had: Had,
    subscribed: Subscribed,
    free: PlanVersion,
    now: Date,
  ) => ReturnType<typeof following>;
  /** Whether a reading is taken though one that began later has been. */
  takesOlder: boolean;
}
const rules: Rules = { following, takesOlder: false };

/** An account here that hears of a subscription. */
class Here {
  private had: Had = { plan: free, startsAt: undefined };
  private next: string | undefined;
  private readonly grants = new Map<string, { amount: bigint; expiresAt: Date }>();
  private latest = -1;
  private isOver = false;

  constructor(private readonly rules: Rules) {}

  take(index: number, { at, subscribed }: Reading): void {
    if (index < this.latest && !this.rules.takesOlder) return;
    this.latest = index;
    if (this.isOver) return;
    this.isOver = subscribed.hasEnded;
    const { begins, period, endsOnFree } = this.rules.following(this.had, subscribed, free, at);
    for (const { plan, from, before } of begins) this.begin(plan, subscribed, from, at, before);
    if (period !== undefined) this.next = period.next?.name;
    if (endsOnFree) this.begin(free, subscribed, at, at);
  }

  /** What is there at a time. */
  standing(at: Date) {
    const open = [...this.grants.values()].filter(({ expiresAt }) => expiresAt > at);
    const credit = open.reduce((sum, { amount }) => sum + amount, 0n);
    return { plan: this.had.plan?.name, startsAt: this.had.startsAt, next: this.next, credit };
  }

  /** As `AccountPlansService.begin`. */
  private begin(
    plan: PlanVersion,
    period: Subscribed,
    from: Date,
    now: Date,
    before?: PlanVersion,
  ): void {
    this.next = undefined;
    this.had = { plan, startsAt: hasPeriods(plan) ? period.startsAt : undefined };
    if (!hasPeriods(plan) || period.endsAt <= now) return;
    const key = `${period.startsAt.toISOString()} ${plan.name}`;
    const amount = includedCredit(before, plan, period, from);
    if (!this.grants.has(key)) this.grants.set(key, { amount, expiresAt: period.endsAt });
  }
}

type Act = (stripe: AtStripe) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.double({ min: 0, max: 0.9, noNaN: true }).map(
    (share): Act =>
      (s) =>
        s.pass(share),
  ),
  fc.constantFrom<Act>(
    (s) => s.raise(),
    (s) => s.lower(),
    (s) => s.cancelAtEnd(true),
    (s) => s.cancelAtEnd(false),
    (s) => s.renew(true),
    (s) => s.renew(true),
    (s) => s.renew(false),
    (s) => s.resolve(true),
  ),
  { arbitrary: fc.constant<Act>((s) => s.cancelNow()), weight: 1 },
);

const histories = fc
  .tuple(fc.constantFrom(pro, team), fc.array(act, { maxLength: 14 }), fc.boolean())
  .map(([plan, acts, isPaidInTheEnd]) => {
    const stripe = new AtStripe(plan);
    for (const one of acts) one(stripe);
    stripe.resolve(isPaidInTheEnd);
    return stripe.readings;
  })
  .chain((readings) =>
    fc.record({
      readings: fc.constant(readings),
      // Any readings in any order, any number of times, and the last one at some time.
      before: fc.array(fc.nat(readings.length - 1), { maxLength: 12 }),
      after: fc.array(fc.nat(readings.length - 1), { maxLength: 6 }),
    }),
  );

function check(tried: Rules, numRuns: number): void {
  fc.assert(
    fc.property(histories, ({ readings, before, after }) => {
      const plain = new Here(rules);
      for (const [index, reading] of readings.entries()) plain.take(index, reading);
      const here = new Here(tried);
      const last = readings.length - 1;
      for (const index of [...before, last, ...after]) here.take(index, readings[index] as Reading);
      const { at } = readings[last] as Reading;
      expect(here.standing(at)).toEqual(plain.standing(at));
    }),
    { numRuns, seed: 7 },
  );
}

describe('readings of a subscription', () => {
  it('end in the same plan and credit in any order, twice, late or not at all', () =>
    check(rules, 5_000));

  it.each<[string, Rules]>([
    [
      'what was bought began when it was heard of',
      {
        ...rules,
        following: (had, subscribed, freePlan, now) =>
          following(
            had,
            { ...subscribed, stages: subscribed.stages.map(({ plan }) => ({ plan, from: now })) },
            freePlan,
          ),
      },
    ],
    [
      'only the latest plan of a period counted',
      {
        ...rules,
        following: (had, subscribed, freePlan) =>
          following(had, { ...subscribed, stages: subscribed.stages.slice(-1) }, freePlan),
      },
    ],
    [
      'a period was not known again',
      {
        ...rules,
        following: (had, subscribed, freePlan) =>
          following({ ...had, plan: free }, subscribed, freePlan),
      },
    ],
    ['an older reading could be written last', { ...rules, takesOlder: true }],
  ])('would not, if %s', (_, broken) => {
    expect(() => check(broken, 5_000)).toThrow();
  });
});
