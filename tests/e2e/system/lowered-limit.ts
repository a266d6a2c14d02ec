import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { chatOf, chatPatiently, Gate, inParallel } from '../callers.js';
import { getLimit, type KeyLimit, sandboxRequests, setFaults } from '../gateway-api.js';
import { type Account, createAccount, ops } from '../operator.js';
import { stack } from './the-system.js';

let account: Account;

beforeAll(async () => {
  account = await createAccount(stack, { balanceUsd: '10' });
});

const limitNow = (): Promise<KeyLimit> =>
  getLimit({ gateway: stack.gateway, apiKey: account.apiKey }, 'key', 'total');
const setLimit = (nanoUsd: bigint): Promise<unknown> => {
  const usd = `${nanoUsd / 1_000_000_000n}.${String(nanoUsd % 1_000_000_000n).padStart(9, '0')}`;
  const selector = ['--scope', 'key', '--id', account.keyId, '--period', 'total'];
  return ops(stack, 'limit', 'set', ...selector, '--usd', usd);
};

it('a limit that goes down calls back what a gateway holds, however busy it is', async () => {
  await setLimit(5_000_000_000n);
  const busy = { model: 'kimi-k2.5', latencyMs: 250 };
  await setFaults(stack, [{ model: 'glm-5', holdAfterChunks: 0 }, busy]);
  // Not over before the end: an allowance that a request uses does not go back by itself.
  const running = chatPatiently(stack.gateway, account.apiKey, chatOf(1, { model: 'glm-5' }));
  const gate = new Gate();
  let over = false;
  const answers: number[] = [];
  const callers = inParallel(2, async () => {
    await gate.pass();
    answers.push((await chatPatiently(stack.gateway, account.apiKey, chatOf(1))).status);
    return !over;
  });
  await eventually(async () => {
    expect(answers).toContain(200);
    expect((await sandboxRequests(stack)).map(({ body }) => body.model)).toContain('zai-org/GLM-5');
  });
  const committed = async (): Promise<bigint> => {
    const { used_nano_usd: used, held_nano_usd: held } = await limitNow();
    return BigInt(used) + BigInt(held);
  };
  gate.closeAfter(0);
  const cap = (await committed()) - 1n;
  await setLimit(cap);
  gate.open();
  // A request that ends only moves money from held to used, and above the cap nothing is granted.
  await eventually(async () => expect(await committed()).toBeLessThanOrEqual(cap), {
    intervalMs: 100,
  }).finally(() => (over = true));
  await setFaults(stack, []);
  expect((await running).complete).toBe(true);
  await callers;
  expect(BigInt((await limitNow()).limit_nano_usd)).toBe(cap);
});
