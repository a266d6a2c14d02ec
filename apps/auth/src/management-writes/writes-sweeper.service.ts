import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { writeBounds } from './write.js';
import { WritesRepository } from './writes.repository.js';

/** Removes writes that are older than they are kept. */
@Injectable()
export class WritesSweeper implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly sweeps: KickedLoop;
  private stopping = false;

  constructor(
    private readonly writes: WritesRepository,
    logger: Logger,
  ) {
    this.sweeps = new KickedLoop(
      () => this.removeOld(),
      (error) =>
        logger.warn(
          { err: error },
          'old management writes could not be removed; the next sweep does it',
        ),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), writeBounds.sweepEveryMs);
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
      if ((await this.writes.removeOld()) < writeBounds.writesPerBatch) return;
    }
  }
}
