import { createHash } from 'node:crypto';
import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { dayAt } from '../days/day.js';
import { DaysService } from '../days/days.service.js';
import { authorKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { ContentKeysService } from '../sealing-keys/content-keys.service.js';
import { ArchiveFiles } from './archive-files.service.js';
import type { ArchiveFile } from './archive-file.js';
import { archiveKey, sealChunk } from './archive-seal.js';
import { archiveOf, filesOf } from './archive.js';
import { exportBounds } from './bounds.js';
import { chunked } from './chunks.js';
import type { Export } from './export.js';
import { ExportsRepository } from './exports.repository.js';

/** The archive is somebody else's work by now, or gone: what this one made of it is thrown away. */
class LostError extends Error {}

/** Prepares archives, one at a time; whatever a process that died has left is begun anew by another. */
@Injectable()
export class Preparations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly exports: ExportsRepository,
    private readonly files: ArchiveFiles,
    private readonly contentKeys: ContentKeysService,
    private readonly keys: KeysService,
    private readonly days: DaysService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.sweeps = new KickedLoop(
      () => this.sweep(),
      (error) => logger.error({ err: error }, 'archives are not looked after; they wait'),
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.kick(), exportBounds.sweepMs);
    this.kick();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearInterval(this.timer);
  }

  /** There is something to prepare. */
  kick(): void {
    void this.sweeps.kick();
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.exports.expire(now, new Date(now.getTime() - exportBounds.rememberedMs));
    while (!this.isStopping) {
      const taken = await this.exports.take(this.clock.now(), exportBounds.leaseMs);
      if (taken === undefined) return;
      await this.attempt(taken);
    }
  }

  private async attempt(taken: Export): Promise<void> {
    try {
      await this.prepare(taken);
    } catch (error) {
      if (error instanceof LostError) return;
      this.logger.warn({ err: error, attempt: taken.attempt }, 'an archive was not prepared');
      const isLast = taken.attempt >= exportBounds.attempts;
      const retryAt = new Date(this.clock.now().getTime() + exportBounds.retryMs);
      await this.database.transaction((tx) =>
        this.exports.giveUp(tx, taken, isLast ? undefined : retryAt),
      );
    }
  }

  private async prepare(taken: Export): Promise<void> {
    const files = await this.files.of(taken.userId, taken.accountId);
    if (files === undefined) throw new Error('the account is closed');
    const day = dayAt(this.clock.now());
    await this.days.ensure(day);
    await this.keys.ensure(authorKey(taken.userId));
    await this.exports.setKeyDay(taken, day);
    const contentKey = await this.contentKeys.of(taken.userId, day);
    const key = archiveKey(contentKey, taken.exportId, taken.attempt);
    contentKey.fill(0);
    try {
      await this.write(taken, files, key);
    } finally {
      key.fill(0);
    }
  }

  private async write(taken: Export, files: readonly ArchiveFile[], key: Buffer): Promise<void> {
    const { exportId, attempt } = taken;
    const done = { filesDone: 0, files: filesOf(files), sizeBytes: 0n };
    const hash = createHash('sha256');
    await this.keep(taken, done);
    const made = this.clock.now();
    const zip = archiveOf({ files, made, onFile: (filesDone) => (done.filesDone = filesDone) });
    for await (const { data, sequence, isLast } of chunked(zip, exportBounds.chunkBytes)) {
      hash.update(data);
      const sealed = sealChunk(key, { exportId, attempt, sequence, isLast }, data);
      if (!(await this.exports.addChunk(taken, sequence, sealed))) throw new LostError();
      done.sizeBytes += BigInt(data.length);
      await this.keep(taken, done);
    }
    const prepared = {
      sizeBytes: done.sizeBytes,
      sha256: hash.digest(),
      expiresAt: new Date(this.clock.now().getTime() + exportBounds.keptMs),
    };
    await this.database.transaction((tx) => this.exports.finish(tx, taken, prepared));
  }

  private async keep(
    taken: Export,
    done: { filesDone: number; files: number; sizeBytes: bigint },
  ): Promise<void> {
    const leaseEndsAt = new Date(this.clock.now().getTime() + exportBounds.leaseMs);
    if (!(await this.exports.progress(taken, done, leaseEndsAt))) throw new LostError();
  }
}
