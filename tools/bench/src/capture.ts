import { poll } from '@modelbridge/local-stack';
import type pg from 'pg';
import { command } from './command.js';
import { reserveCore } from './cores.js';
import { fixed, median, printTable, say, whole } from './figures.js';
import { charged, recorded, recordedAtLeast } from './ledger-progress.js';
import type { Lifetime } from './lifetime.js';
import { proseBody } from './load/request-body.js';
import { runLoad } from './load/run-load.js';
import { startMockUpstream } from './mocked-stack.js';
import { cpuMicroseconds } from './processes.js';
import { connectDatabase } from './database.js';
import { connectServices, fund, pidOf, startStack, type Services, type Stack } from './stack.js';

const connections = 64;
const settleTimeoutMs = 60_000;
const stillMs = 3_000;
const model = 'gpt-5.4';
const scenarios = [
  { name: '1 KB', body: proseBody({ bytes: 1024, model }) },
  { name: '32 KB', body: proseBody({ bytes: 32 * 1024, model }) },
  { name: '40 chunks', body: proseBody({ bytes: 1024, model, stream: true }) },
];
type Scenario = (typeof scenarios)[number];

/** Both ask the same model of the same process. */
const kinds = { stored: {}, 'not stored': { 'x-modelbridge-store': 'false' } };
type Kind = keyof typeof kinds;

interface Sample {
  kind: Kind;
  scenario: string;
  requests: number;
  seconds: number;
  failed: number;
  cpuUs: number;
  p99Ms: number;
  counted: Counts;
}

interface Counts {
  stored: number;
  dropped: number;
  rawBytes: number;
  sealedBytes: number;
  /** Of the contents' tables with their indexes. */
  diskBytes: number;
}

async function countsOf({ stack, contents }: Measured): Promise<Counts> {
  const text = await (await fetch(`${stack.gateway}/metrics`)).text();
  const sum = (start: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(start))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  const disk = await contents.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits where inhparent = 'content'::regclass`,
  );
  return {
    diskBytes: Number(disk.rows[0]?.bytes),
    stored: sum('gateway_content_stored_total'),
    dropped: sum('gateway_content_dropped_total'),
    rawBytes: sum('gateway_content_bytes_total{form="raw"'),
    sealedBytes: sum('gateway_content_bytes_total{form="sealed"'),
  };
}

interface Measured {
  stack: Stack;
  services: Services;
  pid: number;
  /** retention's database. */
  contents: pg.Client;
}

/** Resolves when nothing more was stored for a while, as retention's database knows: asking the gateway would cost it. */
async function allStored({ contents }: Measured): Promise<void> {
  let [known, since] = ['', performance.now()];
  await poll(async () => {
    const { rows } = await contents.query<{ stored: string }>(
      'select sum(contents) as stored from content_day',
    );
    const stored = String(rows[0]?.stored);
    if (stored !== known) [known, since] = [stored, performance.now()];
    return performance.now() - since > stillMs;
  }, settleTimeoutMs);
}

/** All that a load leaves behind is done before its CPU time is read. */
async function measure(
  lifetime: Lifetime,
  measured: Measured,
  kind: Kind,
  scenario: Scenario,
  { seconds, rate }: { seconds: number; rate: number },
): Promise<Sample> {
  const { stack, services, pid } = measured;
  const before = await countsOf(measured);
  const ledger = await recorded(services.usageLedger);
  const cpuBefore = cpuMicroseconds(pid) ?? Number.NaN;
  const load = await runLoad(lifetime, {
    port: Number(new URL(stack.gateway).port),
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${stack.apiKey}`, ...kinds[kind] },
    body: scenario.body,
    connections,
    seconds,
    ...(rate > 0 && { rate }),
  });
  await recordedAtLeast(services.usageLedger, ledger + 1n, settleTimeoutMs);
  await charged(services.usageLedger, settleTimeoutMs);
  await allStored(measured);
  const cpuUs = ((cpuMicroseconds(pid) ?? Number.NaN) - cpuBefore) / load.requests;
  const counted = await countsOf(measured);
  const { requests, failed, p99Ms } = load;
  const since = (name: keyof Counts): number => counted[name] - before[name];
  return {
    ...{ kind, scenario: scenario.name, requests, failed, p99Ms, cpuUs, seconds: load.seconds },
    counted: {
      stored: since('stored'),
      dropped: since('dropped'),
      rawBytes: since('rawBytes'),
      sealedBytes: since('sealedBytes'),
      diskBytes: since('diskBytes'),
    },
  };
}

function report(samples: readonly Sample[]): void {
  const rows = scenarios.map(({ name }) => {
    const of = (kind: Kind): Sample[] =>
      samples.filter((sample) => sample.scenario === name && sample.kind === kind);
    const [on, off] = [of('stored'), of('not stored')];
    const mid = (list: Sample[], value: (sample: Sample) => number): number =>
      median(list.map(value));
    const cpu = ({ cpuUs }: Sample): number => cpuUs;
    const perSecond = ({ requests, seconds }: Sample): number => requests / seconds;
    const each = (name: 'rawBytes' | 'sealedBytes' | 'diskBytes'): number =>
      mid(on, ({ counted }) => counted[name] / counted.stored);
    return [
      name,
      whole(mid(off, perSecond)),
      whole(mid(on, perSecond)),
      fixed(mid(off, cpu), 1),
      fixed(mid(on, cpu), 1),
      fixed(median(on.map((sample, round) => sample.cpuUs / off[round]!.cpuUs)), 3),
      fixed(
        mid(off, ({ p99Ms }) => p99Ms),
        2,
      ),
      fixed(
        mid(on, ({ p99Ms }) => p99Ms),
        2,
      ),
      whole(on.reduce((sum, { counted }) => sum + counted.dropped, 0)),
      whole(each('rawBytes')),
      whole(each('sealedBytes')),
      whole(each('diskBytes')),
      fixed(each('diskBytes') / each('rawBytes'), 2),
    ];
  });
  printTable(
    'Requests whose content is stored, beside the same that say no',
    [
      ...[
        '',
        'requests/s, not stored',
        'stored',
        'CPU us, not stored',
        'stored',
        'ratio',
        'p99 ms, not stored',
        'stored',
      ],
      ...['dropped', 'raw bytes', 'sealed bytes', 'on disk', 'disk to raw'],
    ],
    rows,
  );
  const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
  if (failed > 0) say(`${failed} requests failed`);
}

export const capture = command({
  summary: 'CPU that sealing adds to a request in the gateway, and what a stored request takes',
  options: {
    rounds: { default: 5, help: 'interleaved rounds; medians are told' },
    seconds: { default: 4, help: 'length of each measurement' },
    rate: { default: 0, help: 'requests a second; 0 as fast as answers come' },
  },
  async run({ rounds, seconds, rate }, lifetime) {
    const cores = await reserveCore();
    const upstream = await startMockUpstream(lifetime);
    const stack = await startStack(lifetime, {
      env: { OPENAI_BASE_URL: `http://127.0.0.1:${upstream}/v1`, OPENAI_API_KEY: 'bench' },
    });
    const services = connectServices(lifetime, stack);
    await fund(services, stack.account.accountId);
    const pid = pidOf(stack, 'gateway');
    await cores.pinMeasured(pid);
    const contents = await connectDatabase(lifetime, stack, 'retention');
    const measured = { stack, services, pid, contents };
    say(`${cores.description}; ${rounds} rounds of ${seconds} s a measurement`);
    const samples: Sample[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      for (const scenario of scenarios) {
        for (const kind of Object.keys(kinds) as Kind[]) {
          const sample = await measure(lifetime, measured, kind, scenario, { seconds, rate });
          // The first round warms up.
          if (round > 0) samples.push(sample);
        }
      }
    }
    report(samples);
  },
});
