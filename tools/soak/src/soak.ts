import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@modelbridge/launcher';
import { checkInvariants, connectServices, findingLine, type Finding } from '@modelbridge/ops';
import { Books } from './books/books.repository.js';
import { compare, type Extent } from './books/compare.js';
import { ProviderRecord } from './books/provider-record.js';
import type { Difference, Records } from './books/records.js';
import { Watch } from './books/watch.js';
import type { Clocks } from './faults/clocks.js';
import { Injector, type Injected } from './faults/injector.js';
import { Schedule } from './faults/schedule.js';
import { Random } from './random.js';
import { openCustomers, Purse } from './traffic/accounts.js';
import { Callers } from './traffic/caller.js';
import { Traffic } from './traffic/traffic.js';

export interface SoakOptions {
  seed: number;
  callers: number;
  /** Of one round. */
  faults: number;
  faultsMs: number;
  /** Rounds are begun until so much time has gone; 0 is one round. */
  forMs: number;
  /** How long the books may take to agree once the faults of a round are over. */
  settleMs: number;
  say: (line: string) => void;
}

/** One round as it went. */
export interface RoundOutcome {
  faults: Injected[];
  /** From the end of the last fault until every gateway had answered a request that began after it; undefined where one never did. */
  servingAfterMs: number | undefined;
  /** And until all that had ended before was recorded and charged; undefined where it never was. */
  settledAfterMs: number | undefined;
}

export interface SoakOutcome {
  rounds: RoundOutcome[];
  records: Records;
  atRest: Extent;
  /** Empty where everything agrees. */
  differences: Difference[];
  findings: Finding[];
  writtenOffNanoUsd: bigint;
  /** How often the counters were seen, and how often they could not be. */
  looks: { seen: number; missed: number };
}

const lookEveryMs = 500;

/** Drives a running system with honest traffic and seeded faults, and compares what everybody knows of it. */
export async function soak(
  stack: Stack,
  clocks: Clocks,
  options: SoakOptions,
): Promise<SoakOutcome> {
  const { auth = '', billing = '', 'usage-ledger': usageLedger = '', retention = '' } = stack.grpc;
  const services = connectServices(
    { auth, billing, 'usage-ledger': usageLedger, retention },
    {
      TLS_CA_FILE: stack.tls.ca,
      TLS_CERT_FILE: stack.tls.certificate,
      TLS_KEY_FILE: stack.tls.key,
    },
    'a soak',
  );
  try {
    return await new Soak(stack, clocks, options).run(services);
  } finally {
    services.close();
  }
}

type Services = ReturnType<
  typeof connectServices<'auth' | 'billing' | 'usage-ledger' | 'retention'>
>;

class Soak {
  private readonly random: Random;
  private readonly callers: Callers;
  private readonly record: ProviderRecord;

  constructor(
    private readonly stack: Stack,
    private readonly clocks: Clocks,
    private readonly options: SoakOptions,
  ) {
    this.random = new Random(options.seed);
    this.callers = new Callers(stack.gateways);
    this.record = new ProviderRecord(stack.sandbox);
  }

  async run(services: Services): Promise<SoakOutcome> {
    const { faults, faultsMs, forMs, callers: count } = this.options;
    const purse = new Purse(services);
    const customers = await openCustomers(services, purse);
    const books = new Books(this.stack.postgres, () => purse.accountIds());
    const watch = new Watch(books, this.record, () => purse.paidInNanoUsd);
    const injector = new Injector(this.stack, this.clocks, this.callers, customers);
    const shape = { faults, faultsMs, gateways: this.stack.gateways.length };
    const schedule = new Schedule(this.random.fork(), shape);
    await injector.calm();
    const traffic = new Traffic(this.callers, customers, purse, {
      random: this.random.fork(),
      count,
    });
    const rounds: RoundOutcome[] = [];
    const found: Difference[] = [];
    try {
      do {
        this.options.say(`round ${rounds.length + 1} at ${seconds(this.callers.now())}`);
        const injected = await injector.round(schedule.round());
        const calmAt = this.callers.now();
        const [settled, servingAt] = await Promise.all([
          this.untilAgreed(books, purse, { settledBefore: calmAt, atRest: false }),
          this.untilServing(calmAt),
        ]);
        found.push(...settled.differences, ...(servingAt === undefined ? [notServing] : []));
        rounds.push(this.told(injected, since(calmAt, servingAt), since(calmAt, settled.agreedAt)));
      } while (this.callers.now() < forMs && found.length === 0);
    } finally {
      await traffic.stop();
      await watch.stop();
    }
    const atRest = { settledBefore: this.callers.now(), atRest: true };
    const last = await this.untilAgreed(books, purse, atRest);
    const findings = await checkInvariants(services);
    const violations = findings
      .filter((finding) => finding.violations > 0n)
      .map((finding): Difference => {
        const what = [findingLine(finding), ...finding.examples].join('; ');
        return { kind: 'violated', what };
      });
    return {
      rounds,
      records: last.records,
      atRest,
      differences: unique([...found, ...watch.differences, ...last.differences, ...violations]),
      findings,
      writtenOffNanoUsd: await books.writtenOff(),
      looks: { seen: watch.looks, missed: watch.missed },
    };
  }

  /** Reads everything again and again until it agrees, or for too long. */
  private async untilAgreed(books: Books, purse: Purse, extent: Extent) {
    const giveUpAt = this.callers.now() + this.options.settleMs;
    for (;;) {
      const records = await this.readAll(books, purse).catch(() => undefined);
      const now = this.callers.now();
      if (records !== undefined) {
        const differences = compare(records, extent);
        const agreedAt = differences.length === 0 ? now : undefined;
        if (agreedAt !== undefined || now > giveUpAt) return { records, differences, agreedAt };
      }
      if (now > giveUpAt + this.options.settleMs) throw new Error('the databases stay away');
      await delay(lookEveryMs);
    }
  }

  /** In this order what is read later has what was read before, and more. */
  private async readAll(books: Books, purse: Purse): Promise<Records> {
    const { charges, counters } = await books.money();
    const rows = await books.usage();
    await this.record.read();
    return {
      charges,
      counters,
      rows,
      served: this.record.served(),
      asked: this.callers.asked.map((one) => ({ ...one })),
      paidInNanoUsd: new Map(purse.paidInNanoUsd),
    };
  }

  private told(
    faults: Injected[],
    servingAfterMs: number | undefined,
    settledAfterMs: number | undefined,
  ): RoundOutcome {
    const outcome = { faults, servingAfterMs, settledAfterMs };
    this.options.say(roundLine(outcome));
    return outcome;
  }

  /** When every gateway had answered a request that began after `calmAt`; undefined where one does not. */
  private async untilServing(calmAt: number): Promise<number | undefined> {
    while (this.callers.now() < calmAt + this.options.settleMs) {
      const later = this.callers.asked.filter(({ startedAt }) => startedAt >= calmAt);
      const firstAnswers = this.stack.gateways.map((_, gateway) =>
        Math.min(
          ...later
            .filter((one) => one.gateway === gateway && one.status === 200 && one.complete)
            .map(({ endedAt = Infinity }) => endedAt),
        ),
      );
      const last = Math.max(...firstAnswers);
      if (last < Infinity) return last;
      await delay(lookEveryMs);
    }
    return undefined;
  }
}

const notServing: Difference = { kind: 'lost', what: 'a gateway answers no request' };

function since(from: number, time: number | undefined): number | undefined {
  return time === undefined ? undefined : time - from;
}

function roundLine({ faults, servingAfterMs, settledAfterMs }: RoundOutcome): string {
  const told = faults.map(({ what, missed }) =>
    missed === undefined ? what : `(${what}: ${missed})`,
  );
  return `  ${told.join('\n  ')}\n  serving after ${seconds(servingAfterMs)}, settled after ${seconds(settledAfterMs)}`;
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;
}

function unique(differences: readonly Difference[]): Difference[] {
  return [...new Map(differences.map((one) => [`${one.kind} ${one.what}`, one])).values()];
}
