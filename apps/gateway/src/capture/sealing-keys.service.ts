import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { RetentionClient } from '../clients/clients.module.js';
import { captureBounds } from './bounds.js';
import { SealingKeyCache } from './sealing-key-cache.js';

/** Why there is no key: retention cannot be asked, or refuses one for this author and day. */
export type NoKey = 'key_unavailable' | 'refused';

/** The keys that retention makes of days and authors, while they may be used. */
@Injectable()
export class SealingKeys implements OnModuleInit, OnModuleDestroy {
  private readonly cache = new SealingKeyCache(captureBounds.maxSealingKeys);
  private readonly pending = new Map<string, Promise<Buffer | NoKey>>();
  private unavailableUntil = -Infinity;
  /** Whatever is asked for before it changes may have been made of what is destroyed by now. */
  private wipes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly retention: RetentionClient) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.cache.wipeOver(Date.now()), captureBounds.wipeEveryMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.wipeAll();
  }

  /** How many are known. */
  get known(): number {
    return this.cache.size;
  }

  /** One that is known. Its bytes are zeros once it is over: to be used at once. */
  find(userId: string, day: string): Buffer | undefined {
    return this.cache.get(userId, day, Date.now());
  }

  /** One that is then known, or why not. Never rejects. */
  async ask(userId: string, day: string): Promise<Buffer | NoKey> {
    const name = `${userId}|${day}`;
    const running = this.pending.get(name);
    if (running !== undefined) return running;
    const isPaused = performance.now() < this.unavailableUntil;
    if (isPaused || this.pending.size >= captureBounds.maxKeyLookups) return 'key_unavailable';
    const asking = this.lookUp(userId, day).finally(() => this.pending.delete(name));
    this.pending.set(name, asking);
    return asking;
  }

  wipeDay(day: string): void {
    this.wipes += 1;
    this.cache.wipeWhere((known) => known.day === day);
  }

  wipeAuthor(userId: string): void {
    this.wipes += 1;
    this.cache.wipeWhere((known) => known.userId === userId);
  }

  /** Destructions may have been missed. */
  wipeAll(): void {
    this.wipes += 1;
    this.cache.wipeWhere(() => true);
  }

  private async lookUp(userId: string, day: string): Promise<Buffer | NoKey> {
    const { wipes } = this;
    try {
      const { key, usableUntil } = await this.retention.getSealingKey(
        { userId, day },
        { timeoutMs: captureBounds.keyTimeoutMs },
      );
      const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
      if (usableUntil === undefined || wipes !== this.wipes) {
        bytes.fill(0);
        return 'key_unavailable';
      }
      this.cache.put(userId, day, { key: bytes, usableUntil: usableUntil.getTime() });
      return this.find(userId, day) ?? 'key_unavailable';
    } catch (error) {
      const code = rpcErrorFrom(error)?.code;
      if (code === 'invalid_argument' || code === 'failed_precondition') return 'refused';
      this.unavailableUntil = performance.now() + captureBounds.keyRetryAfterMs;
      return 'key_unavailable';
    }
  }
}
