/** When an account's card is charged without its holder. Amounts are cents but for the threshold. */
export interface AutoRecharge {
  enabled: boolean;
  /** Charged once what was paid in and granted is below this, what is held not counted (nano-USD). */
  belowNanoUsd: bigint;
  amountCents: number;
  dailyCapCents: number;
  /** In a row; a payment ends the row. */
  failures: number;
  notBefore: Date;
}

export interface Standing {
  /** Paid in and granted (nano-USD). */
  balance: bigint;
  isFrozen: boolean;
  /** Charged or being charged today. */
  chargedTodayCents: number;
  isUnderWay: boolean;
}

/** Whether the card is to be charged now. */
export function isDue(settings: AutoRecharge, standing: Standing, now: Date): boolean {
  return (
    settings.enabled &&
    !standing.isFrozen &&
    !standing.isUnderWay &&
    standing.balance < settings.belowNanoUsd &&
    now >= settings.notBefore &&
    standing.chargedTodayCents + settings.amountCents <= settings.dailyCapCents
  );
}

export type RechargeFailure = 'declined' | 'needs_action' | 'failed';

/**
 * What follows from a failure. A card whose holder must act is not tried again without them; another is, after longer
 * and longer pauses, and then no more.
 */
export function afterFailure(
  settings: AutoRecharge,
  failure: RechargeFailure,
  now: Date,
  pausesMs: readonly number[],
): Pick<AutoRecharge, 'enabled' | 'failures' | 'notBefore'> {
  const failures = settings.failures + 1;
  const pauseMs = failure === 'needs_action' ? undefined : pausesMs[failures - 1];
  if (pauseMs === undefined) return { enabled: false, failures, notBefore: now };
  return { enabled: settings.enabled, failures, notBefore: new Date(now.getTime() + pauseMs) };
}

/** The card that an account's holder let us keep. */
export interface SavedCard {
  paymentMethodId: string;
  brand: string;
  last4: string;
}

/** How the latest charge of the card stands. */
export interface LastRecharge {
  state: 'started' | 'paid' | RechargeFailure;
  code: string | null;
  startedAt: Date;
}
