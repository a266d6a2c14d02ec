import { beforeAll, expect, it } from '@jest/globals';
import { uuidOf } from '@modelbridge/contracts';
import { usageLedgerRequestRecorded, usageRequestCompleted } from '@modelbridge/contracts/events';
import { eventually } from '@modelbridge/testing-kit';
import { chatOf, chatPatiently } from '../callers.js';
import { query } from '../database.js';
import { type Credits, getJson, type UsageItem } from '../gateway-api.js';
import { messagesIn, withJetStream } from '../nats.js';
import { type Account, createAccount, findings, verify } from '../operator.js';
import { stack } from './the-system.js';

const usageLedgerPort = 53;
const times = 10;

let account: Account;

beforeAll(async () => {
  account = await createAccount(stack, { balanceUsd: '1' });
});

const own = (): { gateway: string; apiKey: string } => ({
  gateway: stack.gateway,
  apiKey: account.apiKey,
});
const spent = async (): Promise<bigint> =>
  BigInt((await getJson<Credits>(own(), '/v1/credits')).spent_nano_usd);
const rowOf = (id: string): Promise<UsageItem> =>
  eventually(() => getJson<UsageItem>(own(), `/v1/usage/${id}`));

async function ask(): Promise<UsageItem> {
  const { id, complete } = await chatPatiently(stack.gateway, account.apiKey, chatOf(20));
  expect(complete).toBe(true);
  return rowOf(id);
}

const total = (rows: UsageItem[]): bigint =>
  rows.reduce((sum, { cost_nano_usd: cost }) => sum + BigInt(cost), 0n);

/** The same request ids, dearer. */
function forged(message: string): string {
  return message.replaceAll(/"costNanoUsd":"(\d+)"/g, (_, cost: string) => {
    return `"costNanoUsd":"${BigInt(cost) * 2n}"`;
  });
}

async function quarantined(database: string, table: string): Promise<string[]> {
  const rows = await query<{ request_id: string; reason: string }>(
    stack,
    database,
    `select request_id, reason from ${table} order by request_id`,
  );
  return rows.map(({ request_id: id, reason }) => `${id} ${reason}`);
}

/** How often each invariant is violated that is. */
async function violated(): Promise<Record<string, number>> {
  const { code, output } = await verify(stack);
  const found = Object.entries(findings(output)).flatMap(([name, { violations }]) =>
    violations === 0 ? [] : [[name, violations]],
  );
  expect(code).toBe(found.length === 0 ? 0 : 1);
  return Object.fromEntries(found) as Record<string, number>;
}

it('events that come ten times, out of order and with another body are charged once, as they came first', async () => {
  const first: UsageItem[] = [];
  for (let index = 0; index < 5; index += 1) first.push(await ask());
  await eventually(async () => expect(await spent()).toBe(total(first)));

  for (const { stream, subject } of [usageRequestCompleted, usageLedgerRequestRecorded]) {
    await withJetStream(stack, async (client) => {
      const all = await messagesIn(client, stream);
      const messages = all.filter((message) => message.includes(account.accountId));
      expect(messages.length).toBeGreaterThan(0);
      // Without a message id: JetStream itself is not to sort them out.
      for (const message of [...messages.map(forged), ...messages].reverse()) {
        for (let time = 0; time < times; time += 1) await client.publish(subject, message);
      }
    });
  }
  // A later request passes behind the duplicates: once it is charged, so would they be.
  const later = await ask();
  const expected = first.map(({ id }) => `${uuidOf('request', id)} other_body`).sort();
  await eventually(
    async () => {
      expect(await spent()).toBe(total([...first, later]));
      expect(await quarantined('usage_ledger', 'quarantined_record')).toEqual(expected);
      expect(await quarantined('billing', 'quarantined_charge')).toEqual(expected);
    },
    { intervalMs: 100 },
  );
  for (const row of first) expect(await rowOf(row.id)).toEqual(row);
  const { data } = await getJson<{ data: UsageItem[] }>(own(), '/v1/usage?limit=100');
  expect(data.map(({ id }) => id)).toEqual([later, ...first.reverse()].map(({ id }) => id));

  const metrics = await fetch(`http://127.0.0.1:${stack.ports.base + usageLedgerPort}/metrics`);
  expect(await metrics.text()).toMatch(
    /^usage_records_quarantined_total\{[^}]*reason="other_body"[^}]*\} [1-9]/m,
  );
  // What was put aside is a violation until a person has dealt with it.
  expect(await violated()).toEqual({ I5: expected.length });
  await query(stack, 'usage_ledger', 'update quarantined_record set resolved_at = now()');
  expect(await violated()).toEqual({});
});
