import { Logger } from '@modelbridge/service-kit/logging';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { claimLimits } from './claims.js';
import { ClaimsRepository } from './claims.repository.js';

/** Removes claims that are older than they are kept. */
@Injectable()
export class ClaimsSweeper implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly claims: ClaimsRepository,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), claimLimits.sweepEveryMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Resolves when nothing too old is left, or the next sweep has to go on. */
  sweep(): Promise<void> {
    this.sweeping ??= this.removeOld().finally(() => {
      this.sweeping = undefined;
    });
    return this.sweeping;
  }

  private async removeOld(): Promise<void> {
    try {
      while (!this.stopping) {
        if ((await this.claims.removeOld()) < claimLimits.claimsPerBatch) return;
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'old claims could not be removed; the next sweep does it');
    }
  }
}
