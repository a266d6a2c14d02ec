import { fixed, mebibytes, median, printTable, whole } from '../figures.js';
import type { MemorySample, Sample } from './measure.js';
import { CHUNKS_PER_STREAM, CONNECTIONS, paced, saturated } from './scenarios.js';
import type { TargetName } from './targets.js';

const TITLES: Record<TargetName, string> = {
  direct: 'straight at the upstream',
  pipe: 'bare Node pipe',
  base: 'ModelBridge of --base',
  modelbridge: 'ModelBridge, everything on',
  restricted: 'ModelBridge, a restricted key',
  portkey: '@portkey-ai/gateway',
};

const US_PER_SECOND = 1_000_000;
const MOST_FAILED = 0.001;

/** Refusals are cheap: a run with many of them says nothing. */
const isValid = ({ load }: Sample): boolean => load.failed <= load.requests * MOST_FAILED;

/** The samples of a benchmark, one of each scenario and target in each round. */
export class Results {
  readonly #samples: Sample[] = [];

  add(sample: Sample): void {
    this.#samples.push(sample);
  }

  get targets(): TargetName[] {
    return [...new Set(this.#samples.map(({ target }) => target))];
  }

  /** The median over the rounds; undefined where nothing was measured. */
  of(
    target: TargetName,
    scenario: string,
    value: (sample: Sample) => number | undefined,
  ): number | undefined {
    const values = this.#values(target, scenario, value).filter((one) => one !== undefined);
    return values.length === 0 ? undefined : median(values);
  }

  /** The median of the ratios of one target to another in the same round. */
  ratio(
    [target, base]: [TargetName, TargetName],
    scenario: string,
    value: (sample: Sample) => number | undefined,
  ): number | undefined {
    const bases = this.#values(base, scenario, value);
    const ratios = this.#values(target, scenario, value).flatMap((one, round) => {
      const other = bases[round];
      return one === undefined || other === undefined || other === 0 ? [] : [one / other];
    });
    return ratios.length === 0 ? undefined : median(ratios);
  }

  get failures(): Sample[] {
    return this.#samples.filter(({ load }) => load.failed > 0);
  }

  #values(
    target: TargetName,
    scenario: string,
    value: (sample: Sample) => number | undefined,
  ): (number | undefined)[] {
    return this.#samples
      .filter((sample) => sample.target === target && sample.scenario === scenario)
      .map((sample) => (isValid(sample) ? value(sample) : undefined));
  }
}

const perSecond = ({ load }: Sample): number => load.requests / load.seconds;
const cpu = ({ cpuUsPerRequest }: Sample): number | undefined => cpuUsPerRequest;
/** What one core that did nothing else would answer. */
const perCore = ({ cpuUsPerRequest }: Sample): number | undefined =>
  cpuUsPerRequest === undefined ? undefined : US_PER_SECOND / cpuUsPerRequest;

export function printSaturated(results: Results): void {
  const hasBase = results.targets.includes('base');
  for (const { name } of Object.values(saturated)) {
    const chunked = name === saturated.stream.name;
    printTable(
      `${name}, ${CONNECTIONS} connections at saturation`,
      [
        'target',
        'requests/s',
        'per core',
        'CPU us/request',
        'CPU to pipe',
        ...(hasBase ? ['CPU to base'] : []),
        ...(chunked ? ['CPU us/chunk'] : []),
      ],
      results.targets.map((target) => {
        const cpuUs = results.of(target, name, cpu);
        return [
          TITLES[target],
          whole(results.of(target, name, perSecond)),
          whole(results.of(target, name, perCore)),
          fixed(cpuUs, 1),
          fixed(results.ratio([target, 'pipe'], name, cpu), 2),
          ...(hasBase ? [fixed(results.ratio([target, 'base'], name, cpu), 3)] : []),
          ...(chunked ? [fixed(cpuUs && cpuUs / CHUNKS_PER_STREAM, 2)] : []),
        ];
      }),
    );
  }
}

const latencies = ['p50Ms', 'p99Ms', 'firstByteP50Ms', 'firstByteP99Ms'] as const;

export function printPaced(results: Results): void {
  for (const { name } of paced) {
    const added = (target: TargetName): string[] =>
      latencies.map((latency) => {
        const value = (sample: Sample): number => sample.load[latency];
        const [own, direct] = [results.of(target, name, value), results.of('direct', name, value)];
        if (own === undefined || direct === undefined) return '-';
        return fixed(target === 'direct' ? own : own - direct, 3);
      });
    const measured = results.targets.filter(
      (target) => results.of(target, name, perSecond) !== undefined,
    );
    printTable(
      `${name}: milliseconds added to what the upstream itself takes (first line)`,
      ['target', 'p50', 'p99', 'first byte p50', 'p99'],
      measured.map((target) => [TITLES[target], ...added(target)]),
    );
  }
}

export function printMemory(samples: MemorySample[]): void {
  if (samples.length === 0) return;
  printTable(
    `Resident memory with ${whole(samples[0]?.streams)} open streams`,
    ['target', 'MiB before', 'MiB open', 'KiB/stream', 'not answered'],
    samples.map(({ target, before, open, streams, load }) => [
      TITLES[target],
      mebibytes(before),
      mebibytes(open),
      fixed(
        before === undefined || open === undefined ? undefined : (open - before) / streams / 1024,
        1,
      ),
      whole(streams - load.requests + load.failed),
    ]),
  );
}

export function printGoals(results: Results): void {
  const ratios = [
    ...(
      [
        ['CPU per request to the pipe, 1 KB', saturated.small.name, 1.5],
        ['CPU per request to the pipe, 32 KB', saturated.large.name, 2],
        ['CPU per chunk to the pipe, streams', saturated.stream.name, 1.3],
      ] as const
    ).map(([title, scenario, most]) => {
      const ratio = results.ratio(['modelbridge', 'pipe'], scenario, cpu);
      return { title, goal: `<= ${most}`, ratio, reached: ratio !== undefined && ratio <= most };
    }),
    ...[saturated.small, saturated.large].map(({ name }) => {
      const ratio = results.ratio(['restricted', 'modelbridge'], name, cpu);
      const title = `CPU per request of a restricted key to another, ${name}`;
      return { title, goal: '<= 1.02', ratio, reached: ratio !== undefined && ratio <= 1.02 };
    }),
    ...[results.ratio(['modelbridge', 'portkey'], saturated.small.name, perCore)].map((ratio) => ({
      title: 'Requests/s per core to @portkey-ai/gateway, 1 KB',
      goal: '>= 15',
      ratio,
      reached: ratio !== undefined && ratio >= 15,
    })),
  ];
  printTable(
    'Goals (medians of the ratios within each round)',
    ['figure', 'goal', 'measured', ''],
    ratios.map(({ title, goal, ratio, reached }) => [
      title,
      goal,
      fixed(ratio, 3),
      ratio === undefined ? 'not measured' : reached ? 'reached' : 'not reached',
    ]),
  );
}

export function printFailures(results: Results): void {
  const failures = results.failures;
  if (failures.length === 0) return;
  printTable(
    'Answers other than 200 (runs with more than 0.1 % of them are left out)',
    ['target', 'scenario', 'failed', 'of'],
    failures.map(({ target, scenario, load }) => [
      TITLES[target],
      scenario,
      whole(load.failed),
      whole(load.requests),
    ]),
  );
}
