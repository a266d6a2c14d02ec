import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, uuidOf } from '@modelbridge/contracts';
import { Team } from '@modelbridge/contracts/teams.v1';
import { UsageExportFormat, type ExportUsageRequest } from '@modelbridge/contracts/usage_ledger.v1';
import { rpcErrorFrom, RpcError } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { unzipSync } from 'fflate';
import { AuthClient } from '../clients/clients.js';
import { HoldingsService } from '../contents/holdings.service.js';
import { spanOfOne } from '../contents/span.js';
import { lifeEnd } from '../days/day.js';
import { authorKey, dayKey } from '../keyring/keyring.js';
import { KeysService } from '../keyring/keys.service.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { ReadingService } from '../reading/reading.service.js';
import { TestRetention } from '../testing/test-retention.js';
import { ArchiveFiles } from './archive-files.service.js';
import { jsonLines, type ArchiveFile } from './archive-file.js';
import { exportBounds } from './bounds.js';
import { contentFile } from './content-files.js';
import type { Export } from './export.js';
import { ExportsService, type Person } from './exports.service.js';
import type { PersonSources } from './person-sources.js';
import { Preparations } from './preparations.service.js';
import { usageFiles } from './usage-files.js';

const minuteMs = 60_000;
const fields = [{ name: 'n', about: 'A number.', value: (n: number) => n }];
const numbers = (path: string, most: number, before: () => Promise<void> = async () => undefined) =>
  jsonLines(path, 'Numbers.', fields, async function* () {
    await before();
    for (let n = 0; n < most; n++) yield n;
  });

describe('exports', () => {
  let retention: TestRetention;
  let exports: ExportsService;
  /** What the next archive is to hold. */
  let files: (taken: Export, fromDay: string) => Promise<ArchiveFile[] | undefined>;
  const audited: { act: string; idempotencyKey: string }[] = [];

  beforeAll(async () => {
    retention = await TestRetention.start();
    exports = retention.part(ExportsService);
    retention.part(AuthClient).recordAuditEntry = async (entry) => {
      audited.push(entry);
      return {};
    };
    retention.part(ArchiveFiles).of = (taken, fromDay) => files(taken, fromDay);
  });
  afterAll(() => retention.close());

  const somebody = (): Person => ({ accountId: newId('account'), userId: newId('user') });
  const state = ({ accountId }: Person, { exportId }: Export) =>
    exports.get(accountId, exportId).then((found) => found.state);
  const until = (person: Person, one: Export, wanted: string) =>
    eventually(async () => {
      retention.part(Preparations).kick();
      expect(await state(person, one)).toBe(wanted);
    });
  async function ready(person: Person): Promise<Export> {
    files = async () => [numbers('a.jsonl', 3)];
    const made = await exports.create(person);
    await until(person, made, 'ready');
    return exports.get(person.accountId, made.exportId);
  }
  async function downloaded(token: string): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of exports.archive(await exports.useToken(token))) parts.push(part);
    return Buffer.concat(parts);
  }
  const refusal = (attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      (error: unknown) => (error instanceof RpcError ? error.code : rpcErrorFrom(error)?.code),
    );
  const dayMs = 24 * 60 * minuteMs;
  /** What the archive says that the author’s requests said, of whom content is put into archives from now on. */
  const withContent = (): void => {
    files = async ({ userId, exportId }, fromDay) => [
      contentFile(() => retention.part(ReadingService).forArchive(userId, { exportId, fromDay })),
    ];
  };
  async function contentIn(person: Person, one: Export): Promise<string[]> {
    const zip = unzipSync(await downloaded(await tokenOf(person, one)));
    const lines = Buffer.from(zip['content.jsonl']!).toString().split('\n').slice(0, -1);
    return lines.map((line) => (JSON.parse(line) as { request_body: string }).request_body);
  }
  async function archived(person: Person): Promise<Export> {
    const made = await exports.create(person);
    await until(person, made, 'ready');
    return exports.get(person.accountId, made.exportId);
  }
  const tokenOf = async (person: Person, { exportId }: Export): Promise<string> =>
    (await exports.createToken(person, exportId)).token;

  it('are archives that are what their manifests say, over chunks of any size', async () => {
    const { chunkBytes } = exportBounds;
    const person = somebody();
    files = async () => [numbers('a.jsonl', 1_234), numbers('none.jsonl', 0)];
    exportBounds.chunkBytes = 100;
    const made = await exports.create(person);
    await until(person, made, 'ready');
    exportBounds.chunkBytes = chunkBytes;
    const found = await exports.get(person.accountId, made.exportId);
    expect(found).toMatchObject({ filesDone: 4, files: 4 });

    const zip = await downloaded(await tokenOf(person, made));
    expect(BigInt(zip.length)).toBe(found.sizeBytes);
    expect(createHash('sha256').update(zip).digest()).toEqual(found.sha256);
    const unzipped = unzipSync(zip);
    const text = (path: string): string => Buffer.from(unzipped[path]!).toString();
    const manifest = JSON.parse(text('manifest.json')) as { files: Record<string, unknown>[] };
    expect(manifest.files.map(({ path, rows }) => [path, rows])).toEqual([
      ['a.jsonl', 1_234],
      ['none.jsonl', 0],
      ['README.md', 0],
    ]);
    for (const { path, sha256, bytes } of manifest.files) {
      const content = Buffer.from(text(String(path)));
      expect(content).toHaveLength(Number(bytes));
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(text('a.jsonl').trimEnd().split('\n')).toHaveLength(1_234);
    expect(text('README.md')).toContain('| n | A number. |');
    expect(audited.map(({ act }) => act)).toEqual([
      'export.requested',
      'export.link_created',
      'export.downloaded',
    ]);
  });

  it('have a file of usage for each year of an account, however many requests it has', async () => {
    const { accountId, userId } = somebody();
    const asked: ExportUsageRequest[] = [];
    const usageLedger = {
      exportUsage(request: ExportUsageRequest) {
        asked.push(request);
        const pieces = Readable.from([{ data: Buffer.from('{}\n'), rows: 9_000_000n }]);
        return Object.assign(pieces, { cancel: () => undefined });
      },
    };
    const sources = { usageLedger, userId, accountId, user: { createdAt: new Date('2024-12-31') } };
    const parts = usageFiles(
      sources as unknown as PersonSources,
      [Team.fromPartial({ teamId: 'team_a', createdAt: new Date('2026-01-01') })],
      new Date('2026-01-01'),
    );
    const paths = ['usage-2024', 'usage-2025', 'usage-2026', 'usage-team_a-2026'];
    expect(parts.map(({ path }) => path)).toEqual(
      paths.flatMap((path) => [`${path}.csv`, `${path}.jsonl`]),
    );
    for (const part of parts) {
      for await (const { rows } of part.write()) expect(rows).toBe(9_000_000);
    }
    expect(asked).toHaveLength(parts.length);
    expect(asked.every((one) => one.anyLength && one.actorUserId === userId)).toBe(true);
    const years = asked.filter(
      (one) => one.accountId === accountId && one.format === UsageExportFormat.CSV,
    );
    for (const [index, { to }] of years.slice(0, -1).entries()) {
      expect(years[index + 1]?.from).toEqual(to);
    }
  });

  it('lie sealed: what is in them is in no row', async () => {
    const person = somebody();
    files = async () => [numbers('canary-file.jsonl', 3)];
    const made = await exports.create(person);
    await until(person, made, 'ready');
    const rows = await retention.database.query<{ sealed: Buffer }>(
      'select sealed from export_chunk join export using (export_id) where state = $1',
      ['ready'],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed } of rows) expect(sealed.includes('canary-file')).toBe(false);
    expect((await downloaded(await tokenOf(person, made))).includes('canary-file')).toBe(true);
  });

  it('open once by a link, for 15 minutes, and to nobody else', async () => {
    const [person, other] = [somebody(), somebody()];
    const [mine, theirs] = [await ready(person), await ready(other)];
    const token = await tokenOf(person, mine);
    expect(await refusal(exports.createToken(person, theirs.exportId))).toBe('not_found');

    const parts = token.split('.');
    const changed = [
      parts.with(1, theirs.exportId),
      parts.with(2, other.accountId),
      parts.with(3, String(Number(parts[3]) + minuteMs)),
      parts.with(4, 'A'.repeat(43)),
      [...parts, ''],
    ].map((some) => some.join('.'));
    for (const wrong of [...changed, '', 'v1']) {
      expect(await refusal(exports.useToken(wrong))).toBe('not_found');
    }
    const both = await Promise.all([
      refusal(exports.useToken(token)),
      refusal(exports.useToken(token)),
    ]);
    expect(both.sort()).toEqual(['not_found', undefined]);

    const late = await tokenOf(person, mine);
    retention.clock.advance(exportBounds.tokenMs);
    expect(await refusal(exports.useToken(late))).toBe('not_found');
  });

  it('are told before they are made and given away: not where the log is away', async () => {
    const auth = retention.part(AuthClient);
    const { recordAuditEntry } = auth;
    const person = somebody();
    const mine = await ready(person);
    const token = await tokenOf(person, mine);
    auth.recordAuditEntry = async () => {
      throw new RpcError('unavailable', 'the log is away');
    };
    try {
      expect(await refusal(exports.create(somebody()))).toBe('unavailable');
      expect(await refusal(exports.useToken(token))).toBe('unavailable');
    } finally {
      auth.recordAuditEntry = recordAuditEntry;
    }
  });

  it('are prepared one at a time for an account, and five a day', async () => {
    const person = somebody();
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    files = async () => [numbers('a.jsonl', 1, () => gate)];
    const first = await exports.create(person);
    expect(await exports.create(person, first.exportId)).toMatchObject({
      exportId: first.exportId,
    });
    expect(await refusal(exports.create(person))).toBe('failed_precondition');
    expect(await refusal(exports.createToken(person, first.exportId))).toBe('failed_precondition');
    go();
    await until(person, first, 'ready');
    for (let more = 1; more < exportBounds.perDay; more++) await ready(person);
    expect(await refusal(exports.create(person))).toBe('resource_exhausted');
    expect(await exports.list(person.accountId)).toHaveLength(exportBounds.perDay);
  });

  it('are begun anew where whoever prepared one is gone, and what that one does late is nothing', async () => {
    const person = somebody();
    const { renewMs } = exportBounds;
    exportBounds.renewMs = 3_600_000;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let begun = 0;
    files = async () => {
      begun += 1;
      return begun === 1 ? [numbers('late.jsonl', 5, () => gate)] : [numbers('second.jsonl', 2)];
    };
    const made = await exports.create(person);
    await until(person, made, 'preparing');
    await eventually(() => expect(begun).toBe(1));
    // As another process would, when this one has said nothing for its lease.
    retention.clock.advance(exportBounds.leaseMs + 1);
    const other = another(retention);
    await eventually(async () => {
      other.kick();
      expect(await state(person, made)).toBe('ready');
    });
    const before = await exports.get(person.accountId, made.exportId);
    expect(before.attempt).toBe(2);
    go();
    await eventually(async () => {
      const [left] = await retention.database.query<{ count: bigint }>(
        `select count(*) from export_chunk join export using (export_id, attempt)`,
      );
      const [all] = await retention.database.query('select count(*) from export_chunk');
      expect(all).toEqual(left);
    });
    expect(await exports.get(person.accountId, made.exportId)).toEqual(before);
    const zip = unzipSync(await downloaded(await tokenOf(person, made)));
    expect(Object.keys(zip)).toEqual(['second.jsonl', 'README.md', 'manifest.json']);
    exportBounds.renewMs = renewMs;
  });

  it('stay with whoever prepares them, however long a part of one takes', async () => {
    const person = somebody();
    const { renewMs } = exportBounds;
    exportBounds.renewMs = 10;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    files = async () => [numbers('slow.jsonl', 5, () => gate)];
    const made = await exports.create(person);
    await until(person, made, 'preparing');
    const leaseEnd = async (): Promise<number> => {
      const [row] = await retention.database.query<{ end: Date }>(
        'select lease_ends_at as end from export where export_id = $1',
        [uuidOf('export', made.exportId)],
      );
      return row!.end.getTime();
    };
    for (let step = 0; step < 3; step++) {
      const before = await leaseEnd();
      retention.clock.advance(exportBounds.leaseMs / 2);
      await eventually(async () => expect(await leaseEnd()).toBeGreaterThan(before));
      another(retention).kick();
    }
    go();
    await until(person, made, 'ready');
    expect((await exports.get(person.accountId, made.exportId)).attempt).toBe(1);
    exportBounds.renewMs = renewMs;
  });

  it('are tried again where a service does not answer, and fail in the end', async () => {
    const person = somebody();
    let asked = 0;
    const away = async (): Promise<void> => {
      throw new Error('a service is away');
    };
    files = async () => {
      asked += 1;
      if (asked % 2 === 0) await away();
      return [numbers('a.jsonl', 3), numbers('b.jsonl', 3, away)];
    };
    const made = await exports.create(person);
    for (let attempt = 1; attempt <= exportBounds.attempts; attempt++) {
      await eventually(async () => {
        retention.part(Preparations).kick();
        const found = await exports.get(person.accountId, made.exportId);
        expect(found.attempt).toBe(attempt);
        expect(found.state).not.toBe('preparing');
      });
      retention.clock.advance(exportBounds.retryMs + 1);
    }
    expect(await state(person, made)).toBe('failed');
    await ready(person);
  });

  it('go after 7 days, and are forgotten after 30', async () => {
    const person = somebody();
    const mine = await ready(person);
    retention.clock.advance(exportBounds.keptMs - minuteMs);
    const token = await tokenOf(person, mine);
    retention.clock.advance(minuteMs);
    expect(await refusal(exports.useToken(token))).toBe('not_found');
    await until(person, mine, 'expired');
    const chunks = await retention.database.query(
      `select from export_chunk join export using (export_id) where state <> 'ready'`,
    );
    expect(chunks).toEqual([]);
    retention.clock.advance(exportBounds.rememberedMs);
    await eventually(async () => {
      retention.part(Preparations).kick();
      expect(await exports.list(person.accountId)).toEqual([]);
    });
  });

  it('cannot be opened once the author’s secret is gone, whoever has the rows', async () => {
    const person = somebody();
    const mine = await ready(person);
    await retention.part(KeysService).destroy(authorKey(person.userId));
    const open = async () => {
      for await (const _ of exports.archive(mine));
    };
    await expect(open()).rejects.toThrow(/no key|destroyed/);
  });

  it('hold what is still held of their author, and no longer than the oldest of it is', async () => {
    const [person, other] = [somebody(), somebody()];
    const day = retention.clock.now().toISOString().slice(0, 10);
    await retention.say(person.userId, 'first', person.accountId);
    retention.clock.advance(dayMs);
    await retention.say(person.userId, 'in a team', newId('account'));
    await retention.say(other.userId, 'of somebody else', other.accountId);
    retention.clock.advance(dayMs);
    withContent();
    const [mine, theirs] = [await archived(person), await archived(other)];
    expect(mine.keyDay).toBe(day);
    expect(await contentIn(person, mine)).toEqual(['{"text":"in a team"}', '{"text":"first"}']);
    expect(await contentIn(other, theirs)).toEqual(['{"text":"of somebody else"}']);
    const read = audited.filter(({ act }) => act === 'content.read');
    expect(read.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      `${mine.exportId}-contents`,
      `${theirs.exportId}-contents`,
    ]);

    retention.clock.set(new Date(lifeEnd(day).getTime() - 3 * 60 * minuteMs));
    const late = await archived(person);
    expect(late.expiresAt).toEqual(lifeEnd(day));
    expect(await contentIn(person, late)).toHaveLength(2);
    const token = await tokenOf(person, late);
    const reading = exports.archive(late);
    retention.clock.set(lifeEnd(day));
    expect(await refusal(exports.useToken(token))).toBe('not_found');
    expect(await refusal(reading.next())).toBe('aborted');
    // Whatever becomes of the rows: the key of that day is gone.
    await retention.part(KeysService).destroy(dayKey(day));
    const never = { ...late, expiresAt: new Date(8e15) };
    await expect(exports.archive(never).next()).rejects.toThrow(/no key|destroyed/);
  });

  it('do without content that would end within two hours, and live as long as the rest', async () => {
    const person = somebody();
    const day = retention.clock.now().toISOString().slice(0, 10);
    await retention.say(person.userId, 'first', person.accountId);
    retention.clock.advance(dayMs);
    await retention.say(person.userId, 'second', person.accountId);
    retention.clock.set(new Date(lifeEnd(day).getTime() - 60 * minuteMs));
    withContent();
    const mine = await archived(person);
    expect(mine.keyDay).not.toBe(day);
    expect(mine.expiresAt?.getTime()).toBe(lifeEnd(day).getTime() + dayMs);
    expect(await contentIn(person, mine)).toEqual(['{"text":"second"}']);
  });

  it('have no content that the audit log was not told of', async () => {
    const person = somebody();
    await retention.say(person.userId, 'something', person.accountId);
    withContent();
    const auth = retention.part(AuthClient);
    const { recordAuditEntry } = auth;
    let refused = 0;
    auth.recordAuditEntry = async (entry) => {
      if (entry.act !== 'content.read') return recordAuditEntry(entry);
      refused += 1;
      throw new Error('the log is away');
    };
    const made = await exports.create(person);
    await eventually(() => expect(refused).toBe(1));
    await until(person, made, 'queued');
    const chunks = await retention.database.query('select from export_chunk where export_id = $1', [
      uuidOf('export', made.exportId),
    ]);
    expect(chunks).toEqual([]);
    auth.recordAuditEntry = recordAuditEntry;
    retention.clock.advance(exportBounds.retryMs + 1);
    await until(person, made, 'ready');
    expect(await contentIn(person, made)).toHaveLength(1);
  });

  it('end with what their author deletes, and are begun anew without it', async () => {
    const [person, other] = [somebody(), somebody()];
    const said = await retention.say(person.userId, 'to be deleted', person.accountId);
    await retention.say(person.userId, 'to stay', person.accountId);
    await retention.say(other.userId, 'untouched', other.accountId);
    withContent();
    const [old, theirs] = [await archived(person), await archived(other)];
    const whole = files;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let begun = 0;
    files = async (taken, fromDay) => {
      begun += 1;
      const own = (await whole(taken, fromDay)) ?? [];
      return begun === 1 ? [...own, numbers('slow.jsonl', 1, () => gate)] : own;
    };
    const running = await exports.create(person);
    await until(person, running, 'preparing');
    await retention
      .part(HoldingsService)
      .delete({ userId: person.userId }, [spanOfOne(uuidOf('request', said.requestId))], '1');
    expect(await state(person, old)).toBe('expired');
    const chunks = await retention.database.query('select from export_chunk where export_id = $1', [
      uuidOf('export', old.exportId),
    ]);
    expect(chunks).toEqual([]);
    go();
    await until(person, running, 'ready');
    const found = await exports.get(person.accountId, running.exportId);
    expect(found.attempt).toBe(2);
    expect(await contentIn(person, found)).toEqual(['{"text":"to stay"}']);
    expect(await contentIn(other, theirs)).toHaveLength(1);
  });

  it('go with who is erased, chunks and links with them, and no other’s', async () => {
    const [person, other] = [somebody(), somebody()];
    const [mine, theirs] = [await ready(person), await ready(other)];
    await tokenOf(person, mine);
    const erasure = { ...person, erasureId: newId('erasure') };
    expect(await retention.part(OwnParts).erase(erasure)).toMatchObject({ exports: 1 });
    // Again, it is counted once.
    expect(await retention.part(OwnParts).erase(erasure)).toMatchObject({ exports: 1 });
    const left = await retention.database.query(
      `select from export_chunk natural full join export_token where export_id = $1`,
      [uuidOf('export', mine.exportId)],
    );
    expect(left).toEqual([]);
    expect(await exports.list(person.accountId)).toEqual([]);
    expect(await state(other, theirs)).toBe('ready');
  });
});

/** Preparations of another process on the same database and keyring. */
function another(retention: TestRetention): Preparations {
  const own = retention.part(Preparations) as unknown as Record<string, never>;
  return new Preparations(
    own['exports']!,
    own['files']!,
    own['holdings']!,
    own['contentKeys']!,
    own['keys']!,
    own['days']!,
    own['database']!,
    own['clock']!,
    own['logger']!,
  );
}
