import type { Random } from '../random.js';
import {
  databases,
  type Deed,
  type Fault,
  type FaultKind,
  processNames,
  streams,
  type Victim,
} from './fault.js';

/** Of one round: how long faults are injected, and how many. */
export interface RoundShape {
  faultsMs: number;
  faults: number;
  gateways: number;
}

type Range = readonly [from: number, to: number];

/** How long each lasts; none for what happens in a moment. */
const durationsMs: Record<FaultKind, Range> = {
  kill: [0, 0],
  suspend: [500, 7_000],
  'kill-backend': [0, 0],
  'suspend-backends': [500, 6_000],
  'read-only': [500, 8_000],
  'stream-full': [2_000, 10_000],
  'stream-lost': [0, 0],
  clock: [3_000, 15_000],
  'spool-full': [8_000, 12_000],
  upstream: [2_000, 8_000],
  'greedy-key': [2_000, 6_000],
  'large-bodies': [0, 0],
  'bad-keys': [0, 0],
};

const kinds = Object.keys(durationsMs) as FaultKind[];
/** Kinds of which there are several in each deal. */
const often: readonly FaultKind[] = ['kill', 'kill', 'suspend', 'upstream'];
const clockShiftMs: Range = [1_000, 15 * 60_000];
const regions = ['us-east', 'us-west', 'eu-west', 'ap-southeast'];
const providers = ['openai', 'anthropic', 'selfhosted'];

/**
 * Rounds of faults that follow from a seed. Kinds are dealt from a shuffled deck, so that each has had its turn
 * before any comes again; so are the processes that are killed or suspended.
 */
export class Schedule {
  private kindsLeft: FaultKind[] = [];
  private readonly victimsLeft = new Map<FaultKind, Victim[]>();

  constructor(
    private readonly random: Random,
    private readonly shape: RoundShape,
  ) {}

  /** The next round, in the order of time. */
  round(): Fault[] {
    const { faults, faultsMs } = this.shape;
    return Array.from({ length: faults }, (_, index) => {
      // One in each part of the round, somewhere in it.
      const atMs = Math.floor(((index + this.random.next()) * faultsMs) / faults);
      const deed = this.deed(this.nextKind());
      const [shortest, longest] = durationsMs[deed.kind];
      return { atMs, durationMs: this.random.between(shortest, longest), deed };
    });
  }

  private nextKind(): FaultKind {
    if (this.kindsLeft.length === 0) this.kindsLeft = this.random.shuffled([...kinds, ...often]);
    return this.kindsLeft.pop() as FaultKind;
  }

  private nextVictim(kind: FaultKind): Victim {
    let left = this.victimsLeft.get(kind) ?? [];
    if (left.length === 0) {
      const gateways = Array.from({ length: this.shape.gateways }, (_, gateway) => gateway);
      const all = processNames.flatMap((process): Victim[] =>
        process === 'gateway'
          ? gateways.map((gateway) => ({ process, gateway }))
          : [{ process, gateway: 0 }],
      );
      // The clocks of the two servers cannot be told to be wrong.
      const ownClock = all.filter(({ process }) => process !== 'nats' && process !== 'postgres');
      left = this.random.shuffled(kind === 'clock' ? ownClock : all);
    }
    const victim = left.pop() as Victim;
    this.victimsLeft.set(kind, left);
    return victim;
  }

  private deed(kind: FaultKind): Deed {
    const { random } = this;
    switch (kind) {
      case 'kill':
      case 'suspend':
        return { kind, ...this.nextVictim(kind) };
      case 'clock': {
        const shiftMs = random.between(...clockShiftMs) * (random.chance(0.5) ? 1 : -1);
        return { kind, shiftMs, ...this.nextVictim(kind) };
      }
      case 'kill-backend':
      case 'suspend-backends':
      case 'read-only':
        return { kind, database: random.oneOf(databases) };
      case 'stream-full':
      case 'stream-lost':
        return { kind, stream: random.oneOf(streams) };
      case 'upstream':
        return { kind, rule: this.rule() };
      case 'greedy-key':
        return { kind, requests: random.between(60, 120) };
      case 'large-bodies':
        return { kind, bytes: [300_000, 600_000, random.between(2_000_000, 12_000_000)] };
      case 'bad-keys':
        return { kind, requests: random.between(20, 60) };
      case 'spool-full':
        return { kind };
    }
  }

  /** What a provider, or a region of the pools, does to a request. */
  private rule(): Record<string, unknown> {
    const { random } = this;
    const where = random.chance(0.5)
      ? { provider: 'selfhosted', region: random.oneOf(regions) }
      : { provider: random.oneOf(providers) };
    const what = random.oneOf<Record<string, unknown>>([
      { error: { status: 503, type: 'ServiceUnavailable', message: 'down' } },
      { error: { status: 500, type: 'InternalServerError', message: 'broken' } },
      { error: { status: 500, type: 'server_error', message: 'broken' }, errorAfterChunks: 2 },
      { cutAfterChunks: random.between(0, 4) },
      { stallAfterChunks: random.between(1, 4) },
      { latencyMs: random.between(500, 3_000) },
      { chunkDelayMs: random.between(50, 300) },
      { refuseConnections: true },
      { omitUsage: true },
      { hang: true },
      { gzip: true },
    ]);
    return { ...where, ...what };
  }
}
