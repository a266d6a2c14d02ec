import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { newId, uuidOf } from '@modelbridge/contracts';
import { requestOutcomes, type RequestRecord } from '@modelbridge/contracts/events';
import { RequestFilter, RequestResult } from '@modelbridge/contracts/usage_ledger.v1';
import { Database } from '@modelbridge/service-kit/database';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arrivedRecord } from '../recording/recording.js';
import { RecordingService } from '../recording/recording.service.js';
import { startLedger, type RunningLedger } from '../testing/running-ledger.js';
import { requestIdAt, sampleRecord } from '../testing/sample-records.js';
import { requestPageBounds } from './page.js';
import { readFilter } from './read-filter.js';
import { letsThrough } from './request-filter.js';

const accountId = newId('account');
const keyIds = [newId('key'), newId('key'), newId('key')] as const;
const userIds = [newId('user'), newId('user')] as const;
const models = ['gpt-5', 'claude-sonnet-5', 'qwen'] as const;
const apis = ['chat_completions', 'responses', 'messages'] as const;
const start = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

/** One request a second, no two next to each other alike. */
const records = Array.from({ length: 60 }, (_, n): RequestRecord => {
  const outcome = requestOutcomes[n % 11] ?? 'completed';
  const at = new Date(start + n * 1_000);
  return sampleRecord(n + 1, {
    accountId,
    requestId: requestIdAt(at.getTime()),
    startedAt: at.toISOString(),
    completedAt: new Date(at.getTime() + 900).toISOString(),
    keyId: keyIds[n % 3]!,
    userId: userIds[n % 2]!,
    model: models[n % 3 === 2 && n > 50 ? 2 : n % 2]!,
    api: apis[n % 3]!,
    region: n % 7 === 0 ? null : ['us-east', 'eu-west'][n % 2]!,
    outcome,
    status: [200, 499, 502, 400][n % 4]!,
    costNanoUsd: String(n * 1_000),
  });
});

let ledger: RunningLedger;
const kept = { ...requestPageBounds };
beforeAll(async () => {
  Object.assign(requestPageBounds, { stepRequests: 13, steps: 2 });
  ledger = await startLedger();
  const recording = ledger.app.get(RecordingService, { strict: false });
  await recording.record(records.map((record) => arrivedRecord(randomUUID(), record)));
});
afterAll(async () => {
  Object.assign(requestPageBounds, kept);
  await ledger.close();
});

async function everyPage(filter: Partial<RequestFilter>, limit = 5) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor = '';
  do {
    const asked = {
      accountId,
      keyId: '',
      limit,
      cursor,
      filter: RequestFilter.fromPartial(filter),
    };
    const page = await ledger.client.listRequests(asked);
    ids.push(...page.requests.map(({ requestId }) => requestId));
    sizes.push(page.requests.length);
    cursor = page.nextCursor;
  } while (cursor !== '');
  return { ids, sizes };
}

const someOf = <T>(values: readonly T[]) => fc.subarray([...values], { maxLength: 2 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const second = fc.integer({ min: -2, max: 62 }).map((n) => new Date(start + n * 1_000));

const members: { [Name in keyof RequestFilter]?: fc.Arbitrary<RequestFilter[Name]> } = {
  models: someOf([...models, 'nobody’s']),
  keyIds: someOf([...keyIds, newId('key')]),
  userIds: someOf(userIds),
  outcomes: someOf(requestOutcomes),
  statuses: someOf([200, 400, 499, 502, 503]),
  result: fc.constantFrom(RequestResult.UNSPECIFIED, RequestResult.OK, RequestResult.ERROR),
  apis: someOf(apis),
  regions: someOf(['us-east', 'eu-west', 'nowhere']),
  minCostNanoUsd: maybe(fc.bigInt(0n, 60_000n)),
  startedFrom: maybe(second),
  requestId: fc
    .tuple(fc.constantFrom(...records), fc.constantFrom(0, 0, 0, 10, 13, 30))
    .map(([{ requestId }, length]) => requestId.slice(0, length)),
};

/** All members together would let nothing through. */
const anyFilter = fc
  .subarray(Object.keys(members) as (keyof typeof members)[], { maxLength: 3 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, members[name]!]))))
  .map((given): Partial<RequestFilter> => given);

describe('filtered requests', () => {
  it('are those that a watcher would be told, each once and newest first, by pages of any size', async () => {
    const newestFirst = [...records].reverse();
    await fc.assert(
      fc.asyncProperty(anyFilter, fc.integer({ min: 3, max: 15 }), async (given, limit) => {
        const filter = RequestFilter.fromPartial(given);
        const expected = newestFirst.filter((one) => letsThrough(readFilter(filter), one));
        const { ids } = await everyPage(filter, limit);
        expect(ids).toEqual(expected.map(({ requestId }) => requestId));
      }),
      { numRuns: 30 },
    );
  });

  it('of a kind that is rare come after pages that have none', async () => {
    const oldest = records[0]!;
    const { ids, sizes } = await everyPage({ maxCostNanoUsd: 0n });
    expect(ids).toEqual([oldest.requestId]);
    expect(sizes).toEqual([0, 0, 1]);
  });

  it.each([
    ['models', { models: [''] }],
    ['key_ids', { keyIds: ['key_1'] }],
    ['max_cost_nano_usd', { minCostNanoUsd: 2n, maxCostNanoUsd: 1n }],
    ['result', { result: RequestResult.UNRECOGNIZED }],
    ['request_id', { requestId: 'hello' }],
  ])('are refused by the name of a bad member: %s', async (field, filter) => {
    const error: unknown = await everyPage(filter).catch((thrown: unknown) => thrown);
    expect(rpcErrorFrom(error)).toMatchObject({ code: 'invalid_argument', field });
  });
});

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const scansOf = (plan: Plan): Plan[] => [
  ...(plan['Node Type'].endsWith('Scan') ? [plan] : []),
  ...(plan.Plans ?? []).flatMap(scansOf),
];

/** Rows that a statement has looked at, whatever it answered. */
const rowsRead = (plan: Plan): number =>
  scansOf(plan).reduce(
    (sum, scan) => sum + scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0),
    0,
  );

describe('the statements that list requests', () => {
  const large = newId('account');
  const keyId = newId('key');

  beforeAll(async () => {
    Object.assign(requestPageBounds, kept);
    await ledger.query('delete from usage_request');
    // Of 20,000 requests one in a hundred has failed, and one in two hundred went to a rare model.
    await ledger.query(
      `insert into usage_request
       select (lpad(to_hex($4::int8 - i * 1000), 12, '0') || '7000800000000000' || lpad(to_hex(i), 4, '0'))::uuid,
         1000 + i, $1, 1000 + i, '\\x00', null, to_timestamp(($4::int8 - i * 1000) / 1000.0),
         to_timestamp(($4::int8 - i * 1000) / 1000.0), $2, $1, $1, $3, '\\x00',
         case when i % 200 = 0 then 'rare' else 'model-' || i % 5 end, 'openai', 'us-east', 'messages',
         case when i % 100 = 0 then 502 else 200 end,
         case when i % 100 = 0 then 'failed' else 'completed' end, 'stop', null, true, false,
         1, 1, 1, 1, 1, 1, i, '2026-01', 250
       from generate_series(1, 20000) as i`,
      [randomUUID(), uuidOf('account', large), uuidOf('key', keyId), start],
    );
    await ledger.query('analyze usage_request');
  });

  async function planOf(query: Database['query'], sql: string, given?: unknown[]): Promise<Plan> {
    const rows = await query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (analyze, format json) ${sql}`,
      given,
    );
    return rows[0]!['QUERY PLAN'][0]!.Plan;
  }

  /** The plans of what a question asks Postgres. */
  async function plansOf(filter: Partial<RequestFilter>): Promise<Plan[]> {
    const database = ledger.app.get(Database, { strict: false });
    const query = database.query.bind(database);
    const plans: Plan[] = [];
    database.query = async <T>(sql: string, parameters?: unknown[]): Promise<T[]> => {
      if (sql.includes('usage_request')) {
        plans.push(await planOf(query, sql, parameters));
      }
      return query<T>(sql, parameters);
    };
    try {
      const asked = { accountId: large, keyId: '', limit: 50, cursor: '' };
      await ledger.client.listRequests({ ...asked, filter: RequestFilter.fromPartial(filter) });
    } finally {
      database.query = query;
    }
    return plans;
  }

  it.each([
    ['no filter', {}, 'account_id_request_id'],
    ['a model', { models: ['rare'] }, 'account_id_model_request_id'],
    ['failed ones', { result: RequestResult.ERROR }, 'account_id_request_id'],
    ['a key', { keyIds: [keyId] }, 'key_id_request_id'],
    ['what no index knows', { minCostNanoUsd: 19_990n }, 'account_id_request_id'],
    ['times', { startedFrom: new Date(start - 9_000_000) }, 'account_id_request_id'],
  ])('read by an index no more than a page may, with %s', async (_, filter, index) => {
    const plans = await plansOf(filter);
    expect(plans.length).toBeGreaterThan(0);
    const { stepRequests, steps } = requestPageBounds;
    for (const plan of plans) expect(rowsRead(plan)).toBeLessThanOrEqual(stepRequests);
    expect(plans.length).toBeLessThanOrEqual(2 * steps);
    const scans = plans.flatMap(scansOf);
    expect(scans.map((scan) => scan['Index Name'] ?? '').join(' ')).toContain(index);
  });

  it('would be seen to read all without an index', async () => {
    const database = ledger.app.get(Database, { strict: false });
    const sql = 'select * from usage_request order by cost_nano_usd desc limit 50';
    const plan = await planOf(database.query.bind(database), sql);
    expect(rowsRead(plan)).toBe(20_000);
  });
});
