import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { type Answer, chat, chatOf } from './callers.js';
import { clearSandbox, setFaults } from './gateway-api.js';
import { type Account, createAccount } from './operator.js';
import { type Stack, startStack } from './stack.js';

/** The region of the gateway, whose pool serves what it can. */
const home = 'us-east';
/** How the pool of each model is lost; all of them at the same time. */
const losses: Record<string, { model: string; fault: object }> = {
  'refuses connections': { model: 'kimi-k2.5', fault: { refuseConnections: true } },
  'answers 503': {
    model: 'minimax-m2.5',
    fault: { error: { status: 503, type: 'ServiceUnavailable', message: 'down' } },
  },
  'is slow': { model: 'minimax-m2.7', fault: { latencyMs: 3_000 } },
  'cuts streams': { model: 'glm-5', fault: { cutAfterChunks: 3 } },
};
/** Of requests to each model. */
const everyMs = 40;
const warmUpMs = 2_000;
const lossMs = 5_000;
/** For traffic to move away, and to come back; the figures are printed. */
const deadlineMs = { away: 10_000, back: 25_000 };
/** Traffic is where this share of the requests goes that start in a window. */
const share = 0.9;
const windowMs = 500;

interface Seen extends Answer {
  startedAt: number;
  region: string | null;
}

let stack: Stack;
let account: Account;
const seen: Record<string, Seen[]> = {};
let lostAt = 0;
let restoredAt = 0;

/** Small streams at a steady rate, whatever becomes of those before, until told to stop. */
async function load(loss: string, goesOn: () => boolean): Promise<void> {
  const answers: Seen[] = (seen[loss] = []);
  const request = chatOf(24, { model: losses[loss]!.model, stream: true });
  const ask = async (): Promise<void> => {
    const startedAt = performance.now();
    const answer = await chat(stack.gateway, account.apiKey, request);
    const region = answer.headers.get('x-modelbridge-region');
    answers.push({ ...answer, startedAt, region });
  };
  const asked: Promise<void>[] = [];
  while (goesOn()) {
    asked.push(ask());
    await delay(everyMs);
  }
  await Promise.all(asked);
}

/** Milliseconds after `from` until the traffic is at home, or is not; undefined while it never was. */
function movedAfter(answers: readonly Seen[], from: number, isHome: boolean): number | undefined {
  const later = answers
    .filter(({ startedAt }) => startedAt >= from)
    .sort((a, b) => a.startedAt - b.startedAt);
  for (const { startedAt } of later) {
    const inWindow = later.filter((answer) => {
      return answer.startedAt >= startedAt && answer.startedAt < startedAt + windowMs;
    });
    const there = inWindow.filter(({ region }) => (region === home) === isHome);
    if (there.length >= share * inWindow.length) return Math.round(startedAt - from);
  }
  return undefined;
}

beforeAll(async () => {
  stack = await startStack();
  account = await createAccount(stack, { balanceUsd: '100' });
  await clearSandbox(stack);
  const usual = { provider: 'selfhosted', chunkDelayMs: 5 };
  await setFaults(stack, [usual]);
  let goesOn = true;
  const loads = Object.keys(losses).map((loss) => load(loss, () => goesOn));
  await delay(warmUpMs);
  lostAt = performance.now();
  const faults = Object.values(losses).map(({ model, fault }) => ({
    ...usual,
    region: home,
    model,
    ...fault,
  }));
  await setFaults(stack, [...faults, usual]);
  await delay(lossMs);
  restoredAt = performance.now();
  await setFaults(stack, [usual]);
  await eventually(
    () => {
      for (const answers of Object.values(seen)) {
        expect(movedAfter(answers, restoredAt, true)).toBeDefined();
      }
    },
    { timeoutMs: deadlineMs.back, intervalMs: 250 },
  ).catch(() => undefined);
  await delay(windowMs);
  goesOn = false;
  await Promise.all(loads);
}, 240_000);
afterAll(async () => {
  await stack?.stop();
}, 30_000);

describe.each(Object.keys(losses))('when the pool at home %s', (loss) => {
  const answersOf = (): Seen[] => seen[loss] ?? [];
  const brokenOf = (): Seen[] => answersOf().filter(({ complete }) => !complete);

  it('all traffic was at home before', () => {
    const before = answersOf().filter(({ startedAt }) => startedAt < lostAt - windowMs);
    expect(before.length).toBeGreaterThan(10);
    expect(before.filter(({ region }) => region !== home)).toEqual([]);
  });

  it('no request fails but a stream that had begun, and that says so once', () => {
    for (const { status, region, body } of brokenOf()) {
      expect([loss, status, region]).toEqual(['cuts streams', 200, home]);
      expect(body).toContain('"content"');
      expect(body.match(/^data: \{"error":/gm)).toHaveLength(1);
      expect(body).not.toContain('[DONE]');
    }
    // The control: it is broken streams that are looked at.
    if (loss === 'cuts streams') expect(brokenOf().length).toBeGreaterThan(0);
  });

  it('traffic moves to other regions, and comes back', () => {
    const away = movedAfter(answersOf(), lostAt, false);
    const back = movedAfter(answersOf(), restoredAt, true);
    process.stdout.write(
      `${loss}: away after ${away} ms, back after ${back} ms; ` +
        `${brokenOf().length} of ${answersOf().length} streams broken\n`,
    );
    expect(away).toBeLessThan(deadlineMs.away);
    expect(back).toBeLessThan(deadlineMs.back);
  });
});
