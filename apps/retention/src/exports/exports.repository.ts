import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import type { Export, ExportState, Prepared } from './export.js';

interface ExportRow {
  export_id: string;
  account_id: string;
  user_id: string;
  state: ExportState;
  attempt: number;
  requested_at: Date;
  files_done: number;
  files: number;
  size_bytes: bigint;
  sha256: Buffer | null;
  key_day: string | null;
  expires_at: Date | null;
}

const columns = `export_id, account_id, user_id, state, attempt, requested_at, files_done, files, size_bytes, sha256,
  key_day::text, expires_at`;

@Injectable()
export class ExportsRepository {
  constructor(private readonly database: Database) {}

  /** Where another archive of the account is being prepared nothing is added; false then. */
  async add(
    tx: Tx,
    given: { exportId: string; accountId: string; userId: string; now: Date },
  ): Promise<boolean> {
    const added = await tx.execute(
      `insert into export (export_id, account_id, user_id, requested_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [
        uuidOf('export', given.exportId),
        uuidOf('account', given.accountId),
        uuidOf('user', given.userId),
        given.now,
      ],
    );
    return added > 0;
  }

  /** With their chunks and links. How many they were. */
  removeOf(tx: Tx, userId: string): Promise<number> {
    return tx.execute('delete from export where user_id = $1', [uuidOf('user', userId)]);
  }

  /** Of who has deleted content: what is ready is over, and what is being prepared is begun anew. */
  async endWithContent(tx: Tx, userId: string): Promise<void> {
    await tx.execute(
      `with ended as (
         update export set state = case state when 'ready' then 'expired' else 'queued' end, lease_ends_at = null
         where user_id = $1 and state in ('preparing', 'ready') returning export_id
       )
       delete from export_chunk using ended where export_chunk.export_id = ended.export_id`,
      [uuidOf('user', userId)],
    );
  }

  /** Newest first. */
  async ofAccount(accountId: string): Promise<Export[]> {
    const rows = await this.database.query<ExportRow>(
      `select ${columns} from export where account_id = $1 order by requested_at desc, export_id desc`,
      [uuidOf('account', accountId)],
    );
    return rows.map(fromRow);
  }

  async find(exportId: string, accountId: string): Promise<Export | undefined> {
    const [row] = await this.database.query<ExportRow>(
      `select ${columns} from export where export_id = $1 and account_id = $2`,
      [uuidOf('export', exportId), uuidOf('account', accountId)],
    );
    return row && fromRow(row);
  }

  /** The one that has waited longest, or whose preparer is dead, for the caller alone until its lease ends. */
  async take(now: Date, leaseMs: number): Promise<Export | undefined> {
    const [row] = await this.database.query<ExportRow>(
      `update export set state = 'preparing', attempt = attempt + 1, lease_ends_at = $2,
         files_done = 0, size_bytes = 0
       where export_id = (
         select export_id from export
         where state in ('queued', 'preparing') and (lease_ends_at is null or lease_ends_at < $1)
         order by requested_at limit 1 for update skip locked
       )
       returning ${columns}`,
      [now, new Date(now.getTime() + leaseMs)],
    );
    return row && fromRow(row);
  }

  /** Keeps the lease and says how far it is; false where the archive is somebody else's by now, or gone. */
  async progress(
    { exportId, attempt }: Export,
    done: { filesDone: number; files: number; sizeBytes: bigint },
    leaseEndsAt: Date,
  ): Promise<boolean> {
    const touched = await this.database.execute(
      `update export set files_done = $3, files = $4, size_bytes = $5, lease_ends_at = $6
       where export_id = $1 and attempt = $2 and state = 'preparing'`,
      [
        uuidOf('export', exportId),
        attempt,
        done.filesDone,
        done.files,
        done.sizeBytes,
        leaseEndsAt,
      ],
    );
    return touched > 0;
  }

  async setKeyDay({ exportId, attempt }: Export, day: string): Promise<void> {
    await this.database.execute(
      'update export set key_day = $3 where export_id = $1 and attempt = $2',
      [uuidOf('export', exportId), attempt, day],
    );
  }

  /** Nothing is added where the archive is somebody else's by now, or gone; false then. */
  async addChunk(
    { exportId, attempt }: Export,
    sequence: number,
    sealed: Buffer,
  ): Promise<boolean> {
    const added = await this.database.execute(
      `insert into export_chunk (export_id, attempt, sequence, sealed)
       select export_id, attempt, $3, $4 from export
       where export_id = $1 and attempt = $2 and state = 'preparing'`,
      [uuidOf('export', exportId), attempt, sequence, sealed],
    );
    return added > 0;
  }

  async chunk(
    { exportId, attempt }: Export,
    sequence: number,
  ): Promise<{ sealed: Buffer; isLast: boolean } | undefined> {
    const [row] = await this.database.query<{ sealed: Buffer; isLast: boolean }>(
      `select sealed, not exists (
         select from export_chunk where export_id = $1 and attempt = $2 and sequence = $3 + 1
       ) as "isLast"
       from export_chunk where export_id = $1 and attempt = $2 and sequence = $3`,
      [uuidOf('export', exportId), attempt, sequence],
    );
    return row;
  }

  /** Whole from now on; what earlier attempts have left goes. False where it is somebody else's by now, or gone. */
  async finish(tx: Tx, { exportId, attempt }: Export, prepared: Prepared): Promise<boolean> {
    const id = uuidOf('export', exportId);
    const touched = await tx.execute(
      `update export set state = 'ready', lease_ends_at = null, files_done = files, size_bytes = $3, sha256 = $4,
         expires_at = $5
       where export_id = $1 and attempt = $2 and state = 'preparing'`,
      [id, attempt, prepared.sizeBytes, prepared.sha256, prepared.expiresAt],
    );
    if (touched === 0) return false;
    await tx.execute('delete from export_chunk where export_id = $1 and attempt <> $2', [
      id,
      attempt,
    ]);
    return true;
  }

  /** Gives an attempt up: it is taken again later, or has failed for good. */
  async giveUp(tx: Tx, { exportId, attempt }: Export, retryAt: Date | undefined): Promise<void> {
    const id = uuidOf('export', exportId);
    const touched = await tx.execute(
      `update export set state = $3, lease_ends_at = $4, size_bytes = 0, files_done = 0
       where export_id = $1 and attempt = $2 and state = 'preparing'`,
      [id, attempt, retryAt === undefined ? 'failed' : 'queued', retryAt ?? null],
    );
    if (touched === 0) return;
    await tx.execute('delete from export_chunk where export_id = $1 and attempt = $2', [
      id,
      attempt,
    ]);
  }

  /** Archives whose time is over are gone; what is long over is forgotten. The number of archives that went. */
  async expire(now: Date, rememberedSince: Date): Promise<number> {
    const expired = await this.database.execute(
      `with over as (
         update export set state = 'expired' where state = 'ready' and expires_at <= $1 returning export_id
       )
       delete from export_chunk using over where export_chunk.export_id = over.export_id`,
      [now],
    );
    await this.database.execute(
      `delete from export where state in ('failed', 'expired') and requested_at < $1`,
      [rememberedSince],
    );
    return expired;
  }

  async addToken(exportId: string, expiresAt: Date): Promise<void> {
    await this.database.execute(
      `insert into export_token (export_id, expires_at) values ($1, $2) on conflict do nothing`,
      [uuidOf('export', exportId), expiresAt],
    );
  }

  /** True once for each token, whoever asks at the same time. */
  async useToken(exportId: string, expiresAt: Date, now: Date): Promise<boolean> {
    const used = await this.database.execute(
      `update export_token set used_at = $3 where export_id = $1 and expires_at = $2 and used_at is null`,
      [uuidOf('export', exportId), expiresAt, now],
    );
    return used > 0;
  }
}

function fromRow(row: ExportRow): Export {
  return {
    exportId: idFromUuid('export', row.export_id),
    accountId: idFromUuid('account', row.account_id),
    userId: idFromUuid('user', row.user_id),
    state: row.state,
    attempt: row.attempt,
    requestedAt: row.requested_at,
    filesDone: row.files_done,
    files: row.files,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    keyDay: row.key_day,
    expiresAt: row.expires_at,
  };
}
