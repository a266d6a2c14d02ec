import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import {
  RequestFilter,
  SpendGranularity,
  SpendGroup,
  UsageExportFormat,
  type ExportUsageRequest,
  type ExportUsageResponse,
} from '@modelbridge/contracts/usage_ledger.v1';
import { pacedBounds, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { eventually } from '@modelbridge/testing-kit';
import { parquetReadObjects } from 'hyparquet';
import { arrivedRecord } from '../recording/recording.js';
import { RecordingService } from '../recording/recording.service.js';
import { noFilter } from '../requests/request-filter.js';
import { RequestsService } from '../requests/requests.service.js';
import { requestIdAt, sampleRecord } from '../testing/sample-records.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { exportBounds } from './export-query.js';
import { ExportsService } from './exports.service.js';

const day = Date.UTC(2026, 9, 30);
const hourMs = 3_600_000;
const accountId = newId('account');

/** A request that ran for two seconds up to a time. */
const endedAt = (completedMs: number, sequence: number, given: object = {}) =>
  sampleRecord(sequence, {
    requestId: requestIdAt(completedMs - 2_000),
    startedAt: new Date(completedMs - 2_000).toISOString(),
    completedAt: new Date(completedMs).toISOString(),
    accountId,
    teamId: null,
    ...given,
  });

const records = [
  endedAt(day + 5 * hourMs, 2, { tags: { stage: '-ci', project: 'atlas' } }),
  endedAt(day, 1, { provider: null, timeToFirstTokenMs: null, tags: { project: '+1' } }),
  endedAt(day + 24 * hourMs - 1, 3, { costNanoUsd: '900719925474099' }),
];
const inOrder = [records[1]!, records[0]!, records[2]!];

describe('usage as a file', () => {
  let ledger: RunningLedger;
  beforeAll(async () => {
    ledger = await startLedger();
    const around = [endedAt(day - 1, 4), endedAt(day + 24 * hourMs, 5)];
    const others = [endedAt(day + hourMs, 6, { accountId: newId('account') })];
    await ledger.app
      .get(RecordingService, { strict: false })
      .record([...records, ...around, ...others].map((item) => arrivedRecord(randomUUID(), item)));
  });
  afterAll(() => ledger.close());

  const asked = (given: Partial<ExportUsageRequest> = {}): ExportUsageRequest => ({
    accountId,
    keyId: '',
    from: new Date(day),
    to: new Date(day + 24 * hourMs),
    format: UsageExportFormat.CSV,
    anyLength: false,
    filter: undefined,
    ...given,
  });
  async function file(given: Partial<ExportUsageRequest> = {}) {
    const parts: Buffer[] = [];
    let rows = 0n;
    const pieces = ledger.client.exportUsage(asked(given));
    for await (const piece of pieces as AsyncIterable<ExportUsageResponse>) {
      parts.push(piece.data);
      rows = piece.rows;
    }
    return { bytes: Buffer.concat(parts), rows };
  }
  const refusal = (given: Partial<ExportUsageRequest>) =>
    file(given).then(
      () => undefined,
      (error: unknown) => rpcErrorFrom(error),
    );
  const lines = async (given: Partial<ExportUsageRequest> = {}) =>
    (await file({ format: UsageExportFormat.JSONL, ...given })).bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has every request of its range once, oldest first, over pages of any size', async () => {
    const { rowsPerPage } = exportBounds;
    try {
      for (exportBounds.rowsPerPage of [1, 2, 3, 500]) {
        expect((await lines()).map(({ id }) => id)).toEqual(
          inOrder.map(({ requestId }) => requestId),
        );
      }
    } finally {
      exportBounds.rowsPerPage = rowsPerPage;
    }
    expect(await lines({ keyId: records[0]!.keyId })).toHaveLength(1);
    expect(await lines({ from: undefined, to: undefined })).toHaveLength(5);
  });

  it('has what its filter lets through, and no other', async () => {
    const of = (filter: Partial<RequestFilter>) =>
      lines({ from: undefined, to: undefined, filter: RequestFilter.fromPartial(filter) });
    const [first] = records;
    expect(await of({ requestId: first!.requestId })).toMatchObject([{ id: first!.requestId }]);
    expect(await of({ minCostNanoUsd: 900719925474099n })).toHaveLength(1);
    const startedFrom = new Date(first!.startedAt);
    const later = records.filter(({ startedAt }) => startedAt >= first!.startedAt);
    expect((await of({ startedFrom, keyIds: later.map(({ keyId }) => keyId) })).length).toBe(
      later.length,
    );
    expect(await refusal({ filter: RequestFilter.fromPartial({ apis: ['x'] }) })).toMatchObject({
      code: 'invalid_argument',
      field: 'apis',
    });
  });

  it('has of a team’s account what one member asked, and nothing of anybody else', async () => {
    const [team, memberId] = [newId('account'), newId('user')];
    const ofTeam = [
      endedAt(day + 1, 7, { accountId: team, teamId: newId('team'), userId: memberId }),
      endedAt(day + 2, 8, { accountId: team, teamId: newId('team') }),
    ];
    await ledger.app
      .get(RecordingService, { strict: false })
      .record(ofTeam.map((item) => arrivedRecord(randomUUID(), item)));
    const query = {
      ...{ accountId: team, keyId: undefined, memberId },
      ...({ format: 'jsonl', anyLength: false, filter: noFilter } as const),
    };
    let text = '';
    for await (const { data } of ledger.app.get(ExportsService, { strict: false }).file(query)) {
      text += data.toString();
    }
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(text).toContain(ofTeam[0]!.requestId);
    expect(await lines({ accountId: team })).toHaveLength(2);
  });

  it('says as much as the sums of the same range', async () => {
    const { spend } = await ledger.client.listSpend({
      accountId,
      keyId: '',
      userId: '',
      from: new Date(day),
      to: new Date(day + 24 * hourMs),
      granularity: SpendGranularity.DAY,
      groupBy: SpendGroup.UNSPECIFIED,
      tagName: '',
      tags: {},
    });
    const rows = await lines();
    expect(spend).toMatchObject([
      {
        requests: BigInt(rows.length),
        costNanoUsd: rows.reduce((sum, row) => sum + BigInt(String(row['cost_nano_usd'])), 0n),
        inputTokens: rows.reduce((sum, row) => sum + BigInt(Number(row['input_tokens'])), 0n),
      },
    ]);
  });

  it('is the same in JSON lines, as a table and in Parquet', async () => {
    const [first, second, third] = await lines();
    expect(first).toMatchObject({
      id: inOrder[0]!.requestId,
      completed_at: '2026-10-30T00:00:00.000Z',
      provider: null,
      status: 200,
      streamed: true,
      cost_nano_usd: '6250001',
      cost_usd: '0.006250001',
      time_to_first_token_ms: null,
      team_id: null,
      tags: { project: '+1' },
    });
    expect([second?.['tags'], third?.['tags']]).toEqual([{ project: 'atlas', stage: '-ci' }, {}]);
    expect(third?.['cost_usd']).toBe('900719.925474099');

    const table = await file();
    expect(table.rows).toBe(3n);
    const [head, ...rows] = table.bytes.toString().trimEnd().split('\r\n');
    const names = head!.split(',');
    expect(names.slice(-3)).toEqual(['tag.project', 'tag.stage', 'other_tags']);
    const cells = rows.map((row) =>
      Object.fromEntries(
        row.split(',').map((cell, at): [string, string] => [names[at] ?? '', cell]),
      ),
    );
    expect(cells).toMatchObject([
      { cost_nano_usd: '6250001', provider: '', 'tag.project': `'+1`, 'tag.stage': '' },
      { 'tag.project': 'atlas', 'tag.stage': `'-ci` },
      { cost_nano_usd: '900719925474099', 'tag.project': '' },
    ]);

    const { bytes } = await file({ format: UsageExportFormat.PARQUET });
    const copy = new Uint8Array(bytes).buffer;
    const objects = await parquetReadObjects({ file: copy });
    expect(objects).toMatchObject([
      {
        id: inOrder[0]!.requestId,
        completed_at: new Date(day),
        provider: null,
        status: 200n,
        streamed: true,
        cost_nano_usd: 6_250_001n,
        'tag.project': '+1',
        'tag.stage': null,
      },
      { 'tag.project': 'atlas', 'tag.stage': '-ci' },
      { cost_nano_usd: 900_719_925_474_099n, cost_usd: '900719.925474099' },
    ]);
  });

  it('keeps tags beyond its columns together', async () => {
    const { maxTagColumns } = exportBounds;
    exportBounds.maxTagColumns = 1;
    const { bytes } = await file();
    exportBounds.maxTagColumns = maxTagColumns;
    expect(bytes.toString()).toContain('tag.project,other_tags\r\n');
    expect(bytes.toString()).toContain(`atlas,"{""stage"":""-ci""}"\r\n`);
  });

  it('is a file where there is nothing, too', async () => {
    const nothing = { accountId: newId('account') };
    expect((await file(nothing)).bytes.toString()).toMatch(/^id,.*other_tags\r\n$/);
    const { bytes } = await file({ ...nothing, format: UsageExportFormat.PARQUET });
    expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).toEqual([]);
  });

  it.each([
    ['account_id', { accountId: '' }],
    ['account_id', { accountId: newId('user') }],
    ['to', { to: undefined }],
    ['to', { to: new Date(day) }],
    ['to', { to: new Date(day + exportBounds.longestMs + 1) }],
    ['format', { format: UsageExportFormat.UNSPECIFIED }],
  ])('names %s where it is wrong', async (field, given) => {
    expect(await refusal(given)).toMatchObject({ code: 'invalid_argument', field });
  });

  it('is refused where it would be too long, and where too many are open', async () => {
    const { maxRows, maxOpen } = exportBounds;
    try {
      exportBounds.maxRows = 2n;
      expect(await refusal({})).toMatchObject({ code: 'invalid_argument', field: 'to' });
      expect((await file({ anyLength: true })).rows).toBe(3n);
      exportBounds.maxRows = maxRows;
      exportBounds.maxOpen = 0;
      expect(await refusal({})).toMatchObject({ code: 'resource_exhausted' });
    } finally {
      Object.assign(exportBounds, { maxRows, maxOpen });
    }
    expect((await file()).rows).toBe(3n);
  });

  describe('that is read slowly', () => {
    const state = { pages: 0, ended: false };
    let oldestFirst: RequestsService['oldestFirst'];
    beforeAll(() => {
      const requests = ledger.app.get(RequestsService, { strict: false });
      ({ oldestFirst } = requests);
      /** For ever, one row of the ledger again and again. */
      requests.oldestFirst = async function* () {
        const pages: AsyncIterator<RecordedRequest[], undefined> = oldestFirst.call(
          requests,
          { accountId, filter: noFilter },
          1,
        );
        const [row] = (await pages.next()).value ?? [];
        try {
          for (;;) {
            state.pages += 1;
            yield Array.from({ length: 500 }, (): RecordedRequest => row!);
          }
        } finally {
          state.ended = true;
        }
      };
    });
    afterAll(() => {
      ledger.app.get(RequestsService, { strict: false }).oldestFirst = oldestFirst;
    });

    /** Resolves when no page was read for a while. */
    const isHeldBack = () =>
      eventually(async () => {
        const before = state.pages;
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (before === 0 || state.pages > before) throw new Error(`${state.pages} pages were read`);
      });

    it('waits, and ends with its reader', async () => {
      Object.assign(state, { pages: 0, ended: false });
      const stream = ledger.client.exportUsage(asked({ format: UsageExportFormat.JSONL }));
      stream.on('error', () => undefined);
      await isHeldBack();
      expect(state.ended).toBe(false);
      stream.cancel();
      await eventually(() => expect(state.ended).toBe(true));
    });

    it('is cut off where it is not read at all', async () => {
      Object.assign(state, { pages: 0, ended: false });
      const { stalledMs } = pacedBounds;
      pacedBounds.stalledMs = 50;
      const stream = ledger.client.exportUsage(asked({ format: UsageExportFormat.JSONL }));
      const failed = new Promise((resolve) => stream.once('error', resolve));
      await eventually(() => expect(state.ended).toBe(true));
      pacedBounds.stalledMs = stalledMs;
      stream.resume();
      expect(await failed).toMatchObject({ code: 4 });
    });
  });
});
