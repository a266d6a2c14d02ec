import { createHash, type Hash } from 'node:crypto';
import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/process';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { dayAt, lifeEnd } from '../days/day.js';
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

interface Done {
  filesDone: number;
  files: number;
  sizeBytes: bigint;
}

interface Work {
  files: readonly ArchiveFile[];
  key: Buffer;
  done: Done;
  hash: Hash;
}

/** Prepares archives, one at a time; whatever a process that died has left is begun anew by another. */
@Injectable()
export class Preparations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: KickedLoop;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly exports: ExportsRepository,
    private readonly files: ArchiveFiles,
    private readonly holdings: HoldingsService,
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
    const { exportId, userId, attempt } = taken;
    await this.keys.ensure(authorKey(userId));
    // What was deleted before is not read, and what is deleted from now on ends this archive.
    await this.holdings.settled(userId);
    const keyDay = await this.keyDay(userId);
    const files = await this.files.of(taken, keyDay);
    if (files === undefined) throw new Error('the account is closed');
    await this.exports.setKeyDay(taken, keyDay);
    const contentKey = await this.contentKeys.of(userId, keyDay);
    const key = archiveKey(contentKey, exportId, attempt);
    contentKey.fill(0);
    const done = { filesDone: 0, files: filesOf(files), sizeBytes: 0n };
    // One that is lost is noticed with the next chunk.
    const renew = (): void => void this.keep(taken, done).catch(() => undefined);
    const renewing = setInterval(renew, exportBounds.renewMs);
    try {
      await this.keep(taken, done);
      const hash = createHash('sha256');
      await this.write(taken, { files, key, done, hash });
      const lastMs = this.clock.now().getTime() + exportBounds.keptMs;
      const expiresAt = new Date(Math.min(lastMs, lifeEnd(keyDay).getTime()));
      const prepared = { sizeBytes: done.sizeBytes, sha256: hash.digest(), expiresAt };
      await this.database.transaction((tx) => this.exports.finish(tx, taken, prepared));
    } finally {
      clearInterval(renewing);
      key.fill(0);
    }
  }

  /** The day of the oldest content that is to be in it, with whose key the archive ends; today where there is none. */
  private async keyDay(userId: string): Promise<string> {
    const oldest = await this.holdings.oldestDay(userId, exportBounds.contentLeadMs);
    if (oldest !== undefined) return oldest;
    const today = dayAt(this.clock.now());
    await this.days.ensure(today);
    return today;
  }

  private async write(taken: Export, { files, key, done, hash }: Work): Promise<void> {
    const { exportId, attempt } = taken;
    const made = this.clock.now();
    const zip = archiveOf({ files, made, onFile: (filesDone) => (done.filesDone = filesDone) });
    for await (const { data, sequence, isLast } of chunked(zip, exportBounds.chunkBytes)) {
      hash.update(data);
      const sealed = sealChunk(key, { exportId, attempt, sequence, isLast }, data);
      if (!(await this.exports.addChunk(taken, sequence, sealed))) throw new LostError();
      done.sizeBytes += BigInt(data.length);
      await this.keep(taken, done);
    }
  }

  private async keep(taken: Export, done: Done): Promise<void> {
    const leaseEndsAt = new Date(this.clock.now().getTime() + exportBounds.leaseMs);
    if (!(await this.exports.progress(taken, done, leaseEndsAt))) throw new LostError();
  }
}
