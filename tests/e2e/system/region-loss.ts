import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@modelbridge/testing-kit';
import { type Answer, chat, chatOf, unanswered } from '../callers.js';
import { clearSandbox, setFaults } from '../gateway-api.js';
import { type Account, createAccount } from '../operator.js';
import { stack } from './the-system.js';

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
/** Of requests to each model: few enough for a machine that has other work as well. */
const everyMs = 80;
/** For traffic to move away, and to come back: ten times what it takes; the figures are printed. */
const deadlineMs = { away: 10_000, back: 25_000 };
/** Traffic is where this share of so many requests goes that start one after the other. */
const share = 0.9;
const together = 10;

interface Seen extends Answer {
  startedAt: number;
  /** Infinity while it runs. */
  endedAt: number;
  region: string | null;
}

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
    const answer: Seen = { ...unanswered(), startedAt, endedAt: Infinity, region: null };
    answers.push(answer);
    Object.assign(answer, await chat(stack.gateway, account.apiKey, request));
    answer.region = answer.headers.get('x-modelbridge-region');
    answer.endedAt = performance.now();
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
  const later = answers.filter(({ startedAt }) => startedAt >= from);
  for (let first = 0; first + together <= later.length; first += 1) {
    const there = later
      .slice(first, first + together)
      .filter(({ endedAt, region }) => endedAt < Infinity && (region === home) === isHome);
    if (there.length >= share * together) return Math.round(later[first]!.startedAt - from);
  }
  return undefined;
}

/** Waits until the traffic of every model has moved; where it does not, the tests say so. */
async function untilMoved(from: number, isHome: boolean): Promise<void> {
  await eventually(
    () => {
      for (const loss of Object.keys(losses)) {
        expect(movedAfter(seen[loss] ?? [], from, isHome)).toBeDefined();
      }
    },
    { intervalMs: 100 },
  ).catch(() => undefined);
}

describe('the loss of a region', () => {
  beforeAll(async () => {
    await clearSandbox(stack);
    account = await createAccount(stack, { balanceUsd: '100' });
    const usual = { provider: 'selfhosted', chunkDelayMs: 5 };
    await setFaults(stack, [usual]);
    let goesOn = true;
    const loads = Object.keys(losses).map((loss) => load(loss, () => goesOn));
    await untilMoved(0, true);
    lostAt = performance.now();
    const faults = Object.values(losses).map(({ model, fault }) => ({
      ...usual,
      region: home,
      model,
      ...fault,
    }));
    await setFaults(stack, [...faults, usual]);
    await untilMoved(lostAt, false);
    restoredAt = performance.now();
    await setFaults(stack, [usual]);
    await untilMoved(restoredAt, true);
    goesOn = false;
    await Promise.all(loads);
  });

  describe.each(Object.keys(losses))('when the pool at home %s', (loss) => {
    const answersOf = (): Seen[] => seen[loss] ?? [];
    const brokenOf = (): Seen[] => answersOf().filter(({ complete }) => !complete);

    it('all traffic was at home before', () => {
      const before = answersOf().filter(({ endedAt }) => endedAt < lostAt);
      expect(before.length).toBeGreaterThanOrEqual(share * together);
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
});
