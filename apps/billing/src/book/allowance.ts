import type { Counter, Spender } from './counter.js';
import type { RateAnswer } from './rate-state.js';

/** Money set aside for one gateway and one key. Amounts are nano-USD. */
export interface Allowance extends Spender {
  id: string;
  gatewayEpoch: string;
  /** The UTC day of the grant: its charges post there, whenever they come. */
  grantedDay: string;
  /** `closed`: the gateway has reported its total; `ended`: nothing is held any more. */
  state: 'open' | 'closed' | 'ended';
  amount: bigint;
  settled: bigint;
  released: bigint;
  /** The part of `released` that nobody reported on in time. */
  writtenOff: bigint;
  /** Cost of its requests above what it held. */
  beyond: bigint;
  /** Requests that it may run at the same time; 0 without a plan. */
  slots: number;
  expiresAt: Date;
  graceUntil: Date;
}

export interface Granted {
  type: 'granted';
  amount: bigint;
  lifetimeMs: number;
  idleMs: number;
  rate: RateAnswer | undefined;
}

export interface Refused {
  type: 'refused';
  reason: 'insufficient_quota' | 'in_flight' | 'account_frozen' | 'rate_limited';
  /** The limit in the way, as it stood. */
  limit: Counter | undefined;
  rate: RateAnswer | undefined;
}

export interface Closed {
  type: 'closed';
  released: bigint;
}

export type StepAnswer = Granted | Refused | Closed;

/** What an allowance still holds: granted and neither charged nor given back. */
export function heldBy({ amount, settled, released }: Allowance): bigint {
  return amount - settled - released;
}

/** Names a step among those of all allowances. */
export function stepKey({ allowanceId, step }: { allowanceId: string; step: number }): string {
  return `${allowanceId} ${step}`;
}
