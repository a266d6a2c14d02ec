import { randomUUID } from 'node:crypto';
import { idFromUuid } from '@modelbridge/contracts';
import {
  SpendGranularity,
  SpendGroup,
  type ListSpendRequest,
} from '@modelbridge/contracts/usage_ledger.v1';
import { command } from '../command.js';
import { connectDatabase } from '../database.js';
import { fixed, printTable, quantile, say, whole } from '../figures.js';
import { connectServices, startStack, type Services } from '../stack.js';
import { fill, STEADY_REQUESTS, type Accounts } from './fill.js';

const PAGE = 50;

interface Question {
  title: string;
  ask(account: string): Promise<unknown>;
}

function questions({ usageLedger, usageReads }: Services, now: Date): Question[] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const spend = (accountId: string, part: Partial<ListSpendRequest>): Promise<unknown> =>
    usageLedger.listSpend({
      accountId,
      keyId: '',
      userId: '',
      from: undefined,
      to: new Date(Date.UTC(year, month + 1)),
      granularity: SpendGranularity.DAY,
      groupBy: SpendGroup.MODEL,
      tagName: '',
      tags: {},
      ...part,
    });
  const page = (accountId: string, cursor: string) =>
    usageReads.listRequests({ accountId, keyId: '', limit: PAGE, cursor, filter: undefined });
  return [
    { title: `activity, first page of ${PAGE}`, ask: (account) => page(account, '') },
    {
      title: `activity, page 2 of ${PAGE}`,
      ask: async (account) => page(account, (await page(account, '')).nextCursor),
    },
    {
      title: 'spend of this month, by day and model',
      ask: (account) => spend(account, { from: new Date(Date.UTC(year, month)) }),
    },
    {
      title: 'spend of 12 months, by month and model',
      ask: (account) =>
        spend(account, {
          from: new Date(Date.UTC(year, month - 11)),
          granularity: SpendGranularity.MONTH,
        }),
    },
  ];
}

async function timesOf(question: Question, account: string, calls: number): Promise<number[]> {
  const took: number[] = [];
  for (let call = -3; call < calls; call++) {
    const started = performance.now();
    await question.ask(account);
    if (call >= 0) took.push(performance.now() - started);
  }
  return took;
}

export const activity = command({
  summary: 'activity page and spend chart over RPC, at few and at many rows in the ledger',
  options: {
    'base-rows': { default: 100_000, help: 'rows of the smaller ledger' },
    rows: { default: 5_000_000, help: 'rows of the larger ledger' },
    calls: { default: 50, help: 'calls of each question' },
  },
  async run({ 'base-rows': baseRows, rows, calls }, lifetime) {
    const now = new Date();
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const client = await connectDatabase(lifetime, stack, 'usage_ledger');
    const uuids: Accounts = { large: newAccountUuid(), steady: newAccountUuid() };
    const asked = [
      { name: 'half of all requests', id: idFromUuid('account', uuids.large) },
      { name: `${whole(STEADY_REQUESTS)} requests`, id: idFromUuid('account', uuids.steady) },
    ].flatMap((account) =>
      questions(services, now).map((question) => ({ account, question, took: [] as number[][] })),
    );
    for (const size of [baseRows, rows]) {
      const started = performance.now();
      await fill(client, size, uuids, now);
      say(`${whole(size)} rows, filled in ${fixed((performance.now() - started) / 1000, 0)} s`);
      for (const { account, question, took } of asked) {
        took.push(await timesOf(question, account.id, calls));
      }
    }
    printTable(
      `Milliseconds of ${calls} calls, one after the other`,
      ['question', 'account with', ...header(baseRows), ...header(rows), 'ratio of p50'],
      asked.map(({ account, question, took: [few = [], many = []] }) => [
        question.title,
        account.name,
        ...[few, many].flatMap((list) => [
          fixed(quantile(list, 0.5), 2),
          fixed(quantile(list, 0.99), 2),
        ]),
        fixed(quantile(many, 0.5) / quantile(few, 0.5), 2),
      ]),
    );
  },
});

const header = (rows: number): string[] => [`p50 at ${whole(rows)}`, 'p99'];

/** Its keys differ in the last digit only. */
export const newAccountUuid = (): string => `${randomUUID().slice(0, -2)}00`;
