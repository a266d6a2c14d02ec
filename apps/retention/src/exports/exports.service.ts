import { newId } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Inject, Injectable } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Clock } from '../clock/clock.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import { ContentKeysService } from '../sealing-keys/content-keys.service.js';
import { archiveKey, openChunk } from './archive-seal.js';
import { exportBounds } from './bounds.js';
import { downloadToken, readDownloadToken } from './download-token.js';
import type { Export } from './export.js';
import { ExportsRepository } from './exports.repository.js';
import { Preparations } from './preparations.service.js';

/** The secret behind the tokens of downloads. */
export const EXPORT_TOKEN_SECRET = Symbol('EXPORT_TOKEN_SECRET');

/** Whose archive, on whose request. */
export interface Person {
  accountId: string;
  userId: string;
}

const noExport = (): RpcError =>
  new RpcError('not_found', 'there is no such export', { field: 'export_id' });
const noToken = (): RpcError =>
  new RpcError('not_found', 'the link is used, expired or none: ask for another', {
    field: 'token',
  });

@Injectable()
export class ExportsService {
  constructor(
    private readonly exports: ExportsRepository,
    private readonly preparations: Preparations,
    private readonly contentKeys: ContentKeysService,
    private readonly auth: AuthClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly latest: LatestClock,
    @Inject(EXPORT_TOKEN_SECRET) private readonly tokenSecret: string,
  ) {}

  /** Throws `failed_precondition` while one is being prepared, and `resource_exhausted` after too many in a day. */
  async create({ accountId, userId }: Person, exportId = newId('export')): Promise<Export> {
    const now = this.clock.now();
    const known = await this.exports.ofAccount(accountId);
    const same = known.find((one) => one.exportId === exportId);
    if (same !== undefined) return same;
    const busy = known.find(({ state }) => state === 'queued' || state === 'preparing');
    if (busy !== undefined) throw isBusy(busy.exportId);
    const since = now.getTime() - exportBounds.dayMs;
    if (
      known.filter(({ requestedAt }) => requestedAt.getTime() > since).length >= exportBounds.perDay
    ) {
      const message = `an account may ask for ${exportBounds.perDay} exports in 24 hours: try again tomorrow`;
      throw new RpcError('resource_exhausted', message, { field: 'account_id' });
    }
    // Told before it is done: there is no export that is not in the log.
    await this.audit('export.requested', { accountId, userId }, exportId, exportId);
    const isNew = await this.database.transaction((tx) =>
      this.exports.add(tx, { exportId, accountId, userId, now }),
    );
    // Another request was there in between.
    if (!isNew) throw isBusy(undefined);
    this.preparations.kick();
    return this.get(accountId, exportId);
  }

  /** Newest first. */
  list(accountId: string): Promise<Export[]> {
    return this.exports.ofAccount(accountId);
  }

  async get(accountId: string, exportId: string): Promise<Export> {
    const found = await this.exports.find(exportId, accountId);
    if (found === undefined) throw noExport();
    return found;
  }

  /** What opens an archive once. */
  async createToken(person: Person, exportId: string): Promise<{ token: string; expiresAt: Date }> {
    const found = await this.get(person.accountId, exportId);
    const now = await this.latest.now();
    if (!isReady(found, now)) {
      const message = `the export is ${found.state}: there is nothing to download`;
      throw new RpcError('failed_precondition', message, { field: 'export_id' });
    }
    const endMs = Math.min(now.getTime() + exportBounds.tokenMs, found.expiresAt?.getTime() ?? 0);
    const expiresAt = new Date(endMs);
    await this.audit('export.link_created', person, exportId, `${exportId}-link-${endMs}`);
    await this.exports.addToken(exportId, expiresAt);
    const grant = { exportId, accountId: person.accountId, expiresAtMs: endMs };
    return { token: downloadToken(this.tokenSecret, grant), expiresAt };
  }

  /** Uses a token up and gives what it opens; everything that is wrong with one has the same answer. */
  async useToken(token: string): Promise<Export> {
    const grant = readDownloadToken(this.tokenSecret, token);
    const now = await this.latest.now();
    if (grant === undefined || grant.expiresAtMs <= now.getTime()) throw noToken();
    const { exportId, accountId, expiresAtMs } = grant;
    const found = await this.exports.find(exportId, accountId);
    if (found === undefined || !isReady(found, now)) throw noToken();
    const isFirst = await this.exports.useToken(exportId, new Date(expiresAtMs), now);
    if (!isFirst) throw noToken();
    await this.audit('export.downloaded', found, exportId, `${exportId}-download-${expiresAtMs}`);
    return found;
  }

  /** A whole archive in pieces. Throws where its key or a part of it is gone: nothing comes after that. */
  async *archive(found: Export): AsyncGenerator<Buffer> {
    const { exportId, attempt, userId, keyDay, expiresAt } = found;
    if (keyDay === null || expiresAt === null) throw noToken();
    const contentKey = await this.contentKeys.of(userId, keyDay);
    const key = archiveKey(contentKey, exportId, attempt);
    contentKey.fill(0);
    try {
      for (let sequence = 0; ; sequence++) {
        const chunk = await this.exports.chunk(found, sequence);
        // Content that is in it ends while it is read, too.
        const isOver = (await this.latest.now()) >= expiresAt;
        if (chunk === undefined || isOver) throw new RpcError('aborted', 'the export has expired');
        const { sealed, isLast } = chunk;
        yield openChunk(key, { exportId, attempt, sequence, isLast }, sealed);
        if (isLast) return;
      }
    } finally {
      key.fill(0);
    }
  }

  private async audit(
    act: 'export.requested' | 'export.link_created' | 'export.downloaded',
    { accountId, userId }: Person,
    exportId: string,
    idempotencyKey: string,
  ): Promise<void> {
    await this.auth.recordAuditEntry({
      idempotencyKey,
      accountId,
      act,
      actorKind: 'person',
      actorId: userId,
      objectIds: [exportId],
      details: {},
      reason: '',
    });
  }
}

function isReady({ state, expiresAt }: Export, now: Date): boolean {
  return state === 'ready' && expiresAt !== null && expiresAt > now;
}

function isBusy(exportId: string | undefined): RpcError {
  const which = exportId === undefined ? '' : ` (${exportId})`;
  return new RpcError('failed_precondition', `an export is being prepared${which}: wait for it`, {
    field: 'account_id',
    ...(exportId !== undefined && { details: { export_id: exportId } }),
  });
}
