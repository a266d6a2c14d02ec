import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@modelbridge/launcher';
import type { Customers } from '../traffic/accounts.js';
import type { Callers } from '../traffic/caller.js';
import { askBadKeys, askGreedily, askLargely } from './abuse.js';
import { Backends } from './backends.repository.js';
import type { Clocks } from './clocks.js';
import { describeDeed, type Deed, type Fault, victimName } from './fault.js';
import { Streams } from './jetstream.js';
import { Suspensions } from './suspensions.js';

/** One fault as it went. */
export interface Injected {
  what: string;
  kind: Deed['kind'];
  /** Milliseconds since the start of the soak: when it was over. */
  endedAt: number;
  /** It could not be done, as when what it was to meet was away already. */
  missed: string | undefined;
}

/** The usual pace of the providers. */
const usual = { chunkDelayMs: 4 };
const retryEveryMs = 500;
/** What cannot be undone by then is told as missed, and what it has done shows in the books. */
const undoWithinMs = 60_000;
/** More than any fault takes to begin, beyond its own duration; what hangs is told, not waited for. */
const startWithinMs = 60_000;
const firstHttpPort: Record<string, number> = {
  auth: 50,
  routing: 51,
  billing: 52,
  'usage-ledger': 53,
  retention: 54,
  teams: 55,
  dashboard: 20,
};

/** Does to a running system what a schedule says, and undoes it. */
export class Injector {
  private readonly backends: Backends;
  private readonly streams: Streams;
  private readonly suspensions = new Suspensions();
  private rules: { rule: Record<string, unknown> }[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly clocks: Clocks,
    private readonly callers: Callers,
    private readonly customers: Customers,
  ) {
    this.backends = new Backends(stack.postgres);
    this.streams = new Streams(stack.nats);
  }

  /** Injects a round; resolves when every fault of it is over and undone. */
  round(faults: readonly Fault[]): Promise<Injected[]> {
    return Promise.all(
      faults.map(async (fault) => {
        await delay(fault.atMs);
        return this.inject(fault);
      }),
    );
  }

  /** Before the first round and after each: providers as they usually are. */
  calm(): Promise<void> {
    this.rules = [];
    return this.setRules();
  }

  private async inject({ deed, durationMs }: Fault): Promise<Injected> {
    let missed: string | undefined;
    try {
      const undo = await within(durationMs + startWithinMs, this.start(deed, durationMs));
      await delay(durationMs);
      await within(undoWithinMs, undo?.());
    } catch (error) {
      missed = error instanceof Error ? error.message : String(error);
    }
    return { what: describeDeed(deed), kind: deed.kind, endedAt: this.callers.now(), missed };
  }

  /** Resolves once it is done, with what undoes it. */
  private async start(
    deed: Deed,
    durationMs: number,
  ): Promise<(() => Promise<unknown> | void) | undefined> {
    switch (deed.kind) {
      case 'kill':
        process.kill(this.pidOf(victimName(deed)), 'SIGKILL');
        return undefined;
      case 'suspend':
        return this.suspensions.suspend([this.pidOf(victimName(deed))]);
      case 'spool-full': {
        const wake = this.suspensions.suspend([this.pidOf('usage-ledger')]);
        await askGreedily(this.callers, this.customers.greedy, {
          requests: 150,
          forMs: durationMs,
        });
        return wake;
      }
      case 'kill-backend': {
        const [pid] = await this.backends.pids(deed.database);
        if (pid === undefined) throw new Error('nobody is connected');
        process.kill(pid, 'SIGKILL');
        return undefined;
      }
      case 'suspend-backends':
        return this.suspensions.suspend(await this.backends.pids(deed.database));
      case 'read-only':
        await this.backends.setReadOnly(deed.database, true);
        return () => untilDone(() => this.backends.setReadOnly(deed.database, false));
      case 'stream-full':
        await this.streams.fill(deed.stream);
        return () => untilDone(() => this.streams.empty(deed.stream));
      case 'stream-lost':
        await this.streams.lose(deed.stream);
        return undefined;
      case 'clock': {
        const port = this.stack.ports.base + (firstHttpPort[deed.process] ?? deed.gateway);
        this.clocks.set(port, deed.shiftMs);
        return () => this.clocks.set(port, 0);
      }
      case 'upstream': {
        const entry = { rule: deed.rule };
        this.rules.push(entry);
        await this.setRules();
        return () => {
          this.rules = this.rules.filter((other) => other !== entry);
          return this.setRules();
        };
      }
      case 'greedy-key':
        await askGreedily(this.callers, this.customers.greedy, {
          requests: deed.requests,
          forMs: durationMs,
        });
        return undefined;
      case 'large-bodies':
        await askLargely(this.callers, this.customers.large, deed.bytes);
        return undefined;
      case 'bad-keys':
        await askBadKeys(this.callers, deed.requests);
        return undefined;
    }
  }

  private pidOf(name: string): number {
    const pid = this.stack.reread().pids[name];
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  private async setRules(): Promise<void> {
    const rules = [...this.rules.map(({ rule }) => ({ ...usual, ...rule })), usual];
    const response = await fetch(`${this.stack.sandbox}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    if (!response.ok) throw new Error(`the sandbox takes no faults: ${await response.text()}`);
  }
}

/** What undoes a fault has to succeed, however many others are in its way. */
async function untilDone(undo: () => Promise<void>): Promise<void> {
  const giveUpAt = performance.now() + undoWithinMs;
  for (;;) {
    try {
      return await undo();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(retryEveryMs);
    }
  }
}

async function within<T>(ms: number, wait: Promise<T> | T): Promise<T> {
  const given = new AbortController();
  const late = delay(ms, undefined, { signal: given.signal }).then(() => {
    throw new Error(`no end within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    late.catch(() => undefined);
    given.abort();
  }
}
