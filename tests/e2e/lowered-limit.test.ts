import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { chat, chatOf, inParallel } from './callers.js';
import { getLimit, type KeyLimit, setFaults } from './gateway-api.js';
import { type Account, createAccount, ops } from './operator.js';
import { type Stack, startStack } from './stack.js';

/** Far below the minute after which an allowance in use expires. */
const recalledWithinMs = 15_000;

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack();
  account = await createAccount(stack, { balanceUsd: '10' });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
}, 30_000);

const limitNow = (): Promise<KeyLimit> =>
  getLimit({ gateway: stack.gateway, apiKey: account.apiKey }, 'key', 'total');
const setLimit = (nanoUsd: bigint): Promise<unknown> => {
  const usd = `${nanoUsd / 1_000_000_000n}.${String(nanoUsd % 1_000_000_000n).padStart(9, '0')}`;
  const selector = ['--scope', 'key', '--id', account.keyId, '--period', 'total'];
  return ops(stack, 'limit', 'set', ...selector, '--usd', usd);
};

it('a limit that goes down calls back what a gateway holds, however busy it is', async () => {
  await setLimit(5_000_000_000n);
  // Slow enough that what is used stays below the new cap while the command runs.
  await setFaults(stack, [{ model: 'kimi-k2.5', latencyMs: 1_000 }]);
  let busy = true;
  const answers: number[] = [];
  const callers = inParallel(2, async () => {
    answers.push((await chat(stack.gateway, account.apiKey, chatOf(1))).status);
    return busy;
  });
  await eventually(() => expect(answers).toContain(200));
  const committed = async (): Promise<bigint> => {
    const { used_nano_usd: used, held_nano_usd: held } = await limitNow();
    return BigInt(used) + BigInt(held);
  };
  const cap = (await committed()) - 1n;
  await setLimit(cap);
  // A request that ends only moves money from held to used. Above the cap nothing is granted, so an
  // allowance that did not go back would stay as it is for as long as requests use it.
  await eventually(async () => expect(await committed()).toBeLessThanOrEqual(cap), {
    timeoutMs: recalledWithinMs,
    intervalMs: 100,
  }).finally(() => (busy = false));
  await callers;
  expect(BigInt((await limitNow()).limit_nano_usd)).toBe(cap);
}, 90_000);
