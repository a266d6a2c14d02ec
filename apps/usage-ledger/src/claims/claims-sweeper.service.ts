import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { claimBounds } from './claims.js';
import { ClaimsRepository } from './claims.repository.js';

/** Removes claims that are older than they are kept. */
@Injectable()
export class ClaimsSweeper implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly sweeps: KickedLoop;
  private stopping = false;

  constructor(
    private readonly claims: ClaimsRepository,
    logger: Logger,
  ) {
    this.sweeps = new KickedLoop(
      () => this.removeOld(),
      (error) =>
        logger.warn({ err: error }, 'old claims could not be removed; the next sweep does it'),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), claimBounds.sweepEveryMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.sweeps.kick();
  }

  /** Resolves when nothing too old is left, or the next sweep has to go on. */
  sweep(): Promise<void> {
    return this.sweeps.kick();
  }

  private async removeOld(): Promise<void> {
    while (!this.stopping) {
      if ((await this.claims.removeOld()) < claimBounds.claimsPerBatch) return;
    }
  }
}
