import type { Admission, Need, Refusal } from './admission.js';

export interface Waiter {
  need: Need;
  since: number;
  resolve: (admission: Admission) => void;
}

/** Who waits for billing, in order of arrival. */
export class Waiters {
  private list: Waiter[] = [];

  get count(): number {
    return this.list.length;
  }

  get first(): Waiter | undefined {
    return this.list[0];
  }

  get all(): readonly Waiter[] {
    return [...this.list];
  }

  next(count: number): readonly Waiter[] {
    return this.list.slice(0, count);
  }

  since(latest: number): readonly Waiter[] {
    return this.list.filter(({ since }) => since <= latest);
  }

  add(waiter: Waiter): void {
    this.list.push(waiter);
  }

  has(waiter: Waiter): boolean {
    return this.list.includes(waiter);
  }

  answer(waiter: Waiter, admission: Admission): void {
    this.list.splice(this.list.indexOf(waiter), 1);
    waiter.resolve(admission);
  }

  refuse(waiters: readonly Waiter[], refusal: Refusal): void {
    if (waiters.length === 0) return;
    const refused = new Set(waiters);
    this.list = this.list.filter((waiter) => !refused.has(waiter));
    for (const { need, resolve } of waiters) {
      resolve({ refused: { ...refusal, requiredNanoUsd: need.minimumNanoUsd } });
    }
  }
}
