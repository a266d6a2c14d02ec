import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { idFromUuid } from '@modelbridge/contracts';
import { billingAllowanceRecalled } from '@modelbridge/contracts/events';
import { Logger } from '@modelbridge/service-kit/logging';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { allowanceBounds } from './bounds.js';

/** Asks gateways for what they do not use, and wakes those who wait for it. */
@Injectable()
export class RecallService {
  private readonly recalledAt = new Map<string, number>();
  private readonly listeners: ((accountId: string) => void)[] = [];
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly messaging: Messaging,
    private readonly logger: Logger,
  ) {}

  /** Asks every gateway to give back idle remainders of the account. A hint: it may be lost. */
  recall(accountId: string): void {
    const now = performance.now();
    if (now - (this.recalledAt.get(accountId) ?? -Infinity) < allowanceBounds.recallEveryMs) return;
    if (this.recalledAt.size >= allowanceBounds.maxQueuedSteps) this.recalledAt.clear();
    this.recalledAt.set(accountId, now);
    this.messaging
      .publish(
        billingAllowanceRecalled,
        { accountId: idFromUuid('account', accountId), keyId: null },
        { id: randomUUID() },
      )
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'a recall could not be published'),
      );
  }

  /** Something that the account held has moved. */
  moved(accountId: string): void {
    for (const listener of this.listeners) listener(accountId);
    for (const wake of this.waiting.get(accountId) ?? []) wake();
  }

  /** Hears of every account of which something has moved in this process. */
  onMoved(listener: (accountId: string) => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when something of the account has moved, and after `timeoutMs` in any case. */
  async movement(accountId: string, timeoutMs: number): Promise<void> {
    const waiting = this.waiting.get(accountId) ?? new Set();
    this.waiting.set(accountId, waiting);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        if (waiting.size === 0) this.waiting.delete(accountId);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      waiting.add(wake);
    });
  }
}
