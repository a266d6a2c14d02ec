import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@modelbridge/launcher';
import type { Customers } from '../traffic/accounts.js';
import type { Callers } from '../traffic/caller.js';
import { askBadKeys, askGreedily, askLargely } from './abuse.js';
import { Backends } from './backends.repository.js';
import type { Clocks } from './clocks.js';
import { describeDeed, type Deed, type Fault, victimName } from './fault.js';
import { Streams } from './jetstream.js';

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
  private readonly suspended = new Map<number, number>();
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
      const undo = await this.start(deed, durationMs);
      await delay(durationMs);
      await undo?.();
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
        return this.suspend([this.pidOf(victimName(deed))]);
      case 'spool-full': {
        const wake = this.suspend([this.pidOf('usage-ledger')]);
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
        return this.suspend(await this.backends.pids(deed.database));
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

  /** SIGSTOP; what it returns wakes those that nobody else has suspended as well. */
  private suspend(pids: readonly number[]): () => void {
    if (pids.length === 0) throw new Error('no process is there');
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP');
      this.suspended.set(pid, (this.suspended.get(pid) ?? 0) + 1);
    }
    return () => {
      for (const pid of pids) {
        const others = (this.suspended.get(pid) ?? 1) - 1;
        this.suspended.set(pid, others);
        if (others === 0) wake(pid);
      }
    };
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

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was killed meanwhile.
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
