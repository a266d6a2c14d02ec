import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from './command.js';
import { fixed, mebibytes, median, printTable, say, whole } from './figures.js';
import { runLoad } from './load/run-load.js';
import type { LoadResult } from './load/load-plan.js';
import { chatBody } from './load/request-body.js';
import { childrenOf, proportionalBytes, residentBytes } from './processes.js';
import { connectServices, fund, startStack, type Stack } from './stack.js';

const IDLE_MS = 10_000;

function printMemory(stack: Stack): void {
  // The first gateway is there under two names.
  const { postgres, gateway: _first, ...services } = stack.pids;
  const rows = Object.entries(services).map(([name, pid]) => [name, mebibytes(residentBytes(pid))]);
  if (postgres !== undefined) {
    const shares = [postgres, ...childrenOf(postgres)].map(proportionalBytes);
    const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0);
    rows.push(['postgres, all its processes (PSS)', mebibytes(sum || undefined)]);
  }
  printTable('Resident memory, idle', ['process', 'MiB'], rows);
}

const perSecond = ({ requests, seconds }: LoadResult): number => requests / seconds;

export const sandbox = command({
  summary: 'requests/s through the gateway beside straight at the sandbox; idle memory',
  options: {
    rounds: { default: 5, help: 'interleaved rounds; medians are told' },
    seconds: { default: 4, help: 'length of each measurement' },
    connections: { default: 32, help: 'requests at the same time' },
  },
  async run({ rounds, seconds, connections }, lifetime) {
    const stack = await startStack(lifetime);
    await fund(connectServices(lifetime, stack), stack.account.accountId);
    await delay(IDLE_MS);
    printMemory(stack);
    const key = readFileSync(join(stack.state, 'secrets', 'sandbox-selfhosted-api-key'), 'utf8');
    const plan = { connections, seconds };
    const targets = [
      {
        name: 'straight at the sandbox',
        port: Number(new URL(stack.sandbox).port),
        path: '/selfhosted/us-east/v1/chat/completions',
        headers: { authorization: `Bearer ${key.trim()}` },
        body: chatBody({ bytes: 1024, model: 'moonshotai/Kimi-K2.5' }),
      },
      {
        name: 'through the gateway',
        port: Number(new URL(stack.gateway).port),
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${stack.apiKey}` },
        body: chatBody({ bytes: 1024 }),
      },
    ].map(({ name, ...target }) => ({ name, target, results: [] as LoadResult[] }));
    for (const { name, target } of targets) {
      const warmUp = await runLoad(lifetime, { ...plan, ...target, seconds: 1 });
      say(`${name}: ${warmUp.requests} requests to warm up, ${warmUp.failed} failed`);
    }
    for (let round = 0; round < rounds; round++) {
      for (const { target, results } of targets) {
        results.push(await runLoad(lifetime, { ...plan, ...target }));
      }
    }
    const direct = targets[0]?.results ?? [];
    printTable(
      `Requests of 1 KB over ${connections} connections, medians of ${rounds} rounds`,
      ['', 'requests/s', 'to direct', 'p50 ms', 'p99 ms', 'failed'],
      targets.map(({ name, results }) => [
        name,
        whole(median(results.map(perSecond))),
        fixed(
          median(results.map((one, round) => perSecond(one) / perSecond(direct[round] ?? one))),
          2,
        ),
        fixed(median(results.map(({ p50Ms }) => p50Ms)), 2),
        fixed(median(results.map(({ p99Ms }) => p99Ms)), 2),
        whole(results.reduce((sum, { failed }) => sum + failed, 0)),
      ]),
    );
  },
});
