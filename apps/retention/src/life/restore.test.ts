import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import {
  freePort,
  removeDataDirectory,
  startPostgres,
  type RunningPostgres,
} from '@modelbridge/local-stack';
import type { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import pg from 'pg';
import { TestRetention } from '../testing/test-retention.js';
import { LifeService } from './life.service.js';

const state = mkdtempSync(join(tmpdir(), 'restore-'));
const passwordFile = join(state, 'password');
const servers: RunningPostgres[] = [];
let original: RunningPostgres;
let places: { archive: string; restored: string };

async function serve(dataDir: string, settings: Record<string, string>): Promise<RunningPostgres> {
  const server = await startPostgres({
    dataDir,
    port: await freePort(),
    passwordFile,
    logFile: join(state, `${servers.length}.log`),
    settings: { fsync: 'off', ...settings },
  });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  chmodSync(state, 0o755);
  const archive = mkdtempSync(join(tmpdir(), 'archive-'));
  // Postgres runs as a user of its own.
  chmodSync(archive, 0o777);
  original = await serve(join(state, 'postgres'), {
    archive_mode: 'on',
    archive_command: `cp %p ${archive}/%f`,
  });
  places = { archive, restored: `${original.dataPlace}-restored` };
});
afterAll(async () => {
  for (const server of servers) await server.stop().catch(() => undefined);
  rmSync(places.restored, { recursive: true, force: true });
  rmSync(places.archive, { recursive: true, force: true });
  await removeDataDirectory(join(state, 'postgres'));
});

/** All that a base backup is: the files of the server, and the label that says from which WAL on they are right. */
async function backUp(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`select pg_backup_start('test', true)`);
    const { status } = spawnSync('cp', ['-a', original.dataPlace, places.restored]);
    expect(status).toBe(0);
    const [label] = await tx.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
    for (const file of ['postmaster.pid', 'postmaster.opts'])
      rmSync(join(places.restored, file), { force: true });
    const { uid, gid } = statSync(original.dataPlace);
    for (const [name, text] of [
      ['backup_label', label?.labelfile ?? ''],
      ['recovery.signal', ''],
    ] as const) {
      writeFileSync(join(places.restored, name), text, { mode: 0o600 });
      chownSync(join(places.restored, name), uid, gid);
    }
  });
}

it('what was deleted does not come back with base backup and WAL, unless somebody kept the key (control)', async () => {
  const database = { url: original.url, drop: () => Promise.resolve() };
  const retention = await TestRetention.start({ database });
  const userId = newId('user');
  const inBackup = await retention.say(userId, 'in the base backup');
  await backUp(retention.database);
  const inWal = await retention.say(userId, 'in the WAL alone');
  await retention.database.query(`select pg_create_restore_point('before_deletion')`);
  const kept = join(state, 'kept');
  mkdirSync(kept, { mode: 0o700 });
  cpSync(retention.keyringDir, kept, { recursive: true });

  retention.clock.set('2026-04-09T00:00:00Z');
  await retention.part(LifeService).endDays();
  await retention.database.query('select pg_switch_wal()');
  await eventually(async () => {
    const [wal] = await retention.database.query<{ archived: boolean }>(
      `select last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16 * 1024 * 1024) as archived
       from pg_stat_archiver`,
    );
    expect(wal?.archived).toBe(true);
  });
  const { keyringDir, clock } = retention;
  await retention.close();
  await original.stop();

  const restored = await serve(places.restored, {
    restore_command: `cp ${places.archive}/%f %p`,
    recovery_target_name: 'before_deletion',
    recovery_target_action: 'promote',
  });
  /** With the clock wound back too. */
  const read = async (keys: string): Promise<(string | undefined)[]> => {
    clock.set('2026-03-11T00:00:00Z');
    const again = await TestRetention.start({
      database: { url: restored.url, drop: () => Promise.resolve() },
      keyringDir: keys,
      clock,
    });
    try {
      const rows = await again.database.query('select from content where sealed is not null');
      expect(rows).toHaveLength(2);
      const answers = [inBackup, inWal].map(({ requestId }) =>
        again.clients.content.getContent({ requestId, actorUserId: userId }).then(
          ({ reply }) => reply?.body.toString(),
          (error: unknown) => rpcErrorFrom(error)?.code,
        ),
      );
      return await Promise.all(answers);
    } finally {
      await again.close();
    }
  };
  await eventually(async () => {
    const pinged = await isWritable(restored.url);
    expect(pinged).toBe(true);
  });
  expect(await read(keyringDir)).toEqual(['not_found', 'not_found']);
  expect(await read(kept)).toEqual(['IN THE BASE BACKUP', 'IN THE WAL ALONE']);
});

async function isWritable(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ standby: boolean }>(
      'select pg_is_in_recovery() as standby',
    );
    return rows[0]?.standby === false;
  } finally {
    await client.end();
  }
}
