import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { newId } from '@modelbridge/contracts';
import { type CloseFacts, type OpenFacts, type Publish, Spool } from '@modelbridge/gateway/spool';
import { command } from '../command.js';
import { fixed, printTable, say, whole } from '../figures.js';
import type { Lifetime } from '../lifetime.js';
import { temporaryDirectory } from '../stack.js';
import { type Blocks, watchLoop } from './loop-watch.js';

const CLOSED_AT_ONCE = 200;
const BASELINE_MS = 5_000;

interface Row {
  name: string;
  blocks: Blocks;
  records: number;
}

/** JetStream as the spool sees it: away, or there and acknowledging. */
class JetStream {
  isAway = true;
  private awaited = { epoch: '', sequence: 0, arrived: (): void => undefined };

  readonly publish: Publish = async ({ epoch, lastSequence }) => {
    if (this.isAway) throw new Error('no acknowledgement');
    const { awaited } = this;
    if (epoch === awaited.epoch && lastSequence >= awaited.sequence) awaited.arrived();
  };

  /** Resolves when the record of this sequence has come. */
  has(epoch: string, sequence: number): Promise<void> {
    return new Promise((arrived) => (this.awaited = { epoch, sequence, arrived }));
  }
}

function openFacts(): OpenFacts {
  return {
    requestId: newId('request'),
    allowanceId: newId('allowance'),
    startedAt: Date.now(),
    accountId: newId('account'),
    userId: newId('user'),
    teamId: null,
    keyId: newId('key'),
    keyHash: '0'.repeat(64),
    model: 'kimi-k2.5',
    provider: 'selfhosted',
    region: 'us-east',
    api: 'chat_completions',
    streamed: true,
    priceVersion: 'bench',
    price: '[[0,"600000","100000","0","0","3000000"]]',
    reservedNanoUsd: 5_000_000n,
    estimatedInputTokens: 200,
  };
}

function closeFacts(): CloseFacts {
  return {
    completedAt: Date.now(),
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: null,
    estimated: false,
    counts: {
      inputTokens: 200,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      outputTokens: 40,
      reasoningTokens: 0,
    },
    costNanoUsd: 240_000n,
    timeToFirstTokenMs: 100,
  };
}

/** What an outage leaves: closed requests that nobody has acknowledged. */
async function fill(spool: Spool, records: number): Promise<void> {
  for (let closed = 0; closed < records; closed += CLOSED_AT_ONCE) {
    const entries = Array.from({ length: CLOSED_AT_ONCE }, () => spool.begin(openFacts()));
    for (const entry of entries) entry.close(closeFacts());
    await entries[0]!.durable;
  }
}

async function measure(records: number, lifetime: Lifetime): Promise<Row[]> {
  const jetStream = new JetStream();
  const options = {
    dir: temporaryDirectory(lifetime),
    publish: jetStream.publish,
    priceOf: () => 0n,
  };
  const rows: Row[] = [];
  const watch = async (name: string, count: number, work: () => Promise<void>): Promise<void> => {
    rows.push({ name, records: count, blocks: await watchLoop(work) });
    say(`${name}: done`);
  };
  await watch('nothing, for comparison', 0, () => delay(BASELINE_MS));

  const spool = await Spool.open(options);
  const { epoch } = spool;
  await fill(spool, records);
  say('backlog: there');
  jetStream.isAway = false;
  const publishAgain = async (of: Spool): Promise<void> => {
    const published = jetStream.has(epoch, records);
    of.publishAgain();
    await published;
  };
  await watch('publishing after an outage', records, () => publishAgain(spool));
  await watch('publishing all of it again', records, () => publishAgain(spool));
  jetStream.isAway = true;
  await spool.close(0);

  const next = await Spool.open(options);
  lifetime.onEnd(() => next.close(0));
  await watch('adopting a dead gateway', records, () => next.start());
  jetStream.isAway = false;
  await watch('publishing what was adopted', records, () => publishAgain(next));
  await watch('settling and removing it', records, async () => {
    for (let settled = 0; settled <= records; settled += CLOSED_AT_ONCE) {
      next.settledUpTo(epoch, settled);
      await nextTurn();
    }
    while (next.figures.unsettled > 0) await nextTurn();
  });
  return rows;
}

export const catchUp = command({
  summary: "what the spool's backlog does to the event loop: blocks of it, records/s",
  options: { records: { default: 200_000, help: 'closed requests that nobody has acknowledged' } },
  async run({ records }, lifetime) {
    const rows = await measure(records, lifetime);
    printTable(
      `The event loop beside a backlog of ${whole(records)} records, milliseconds`,
      ['', 'records/s', 'p99', 'longest', 'of its own', 'beyond GC', 'longest GC'],
      rows.map(({ name, records: count, blocks }) => [
        name,
        count === 0 ? '-' : whole(count / blocks.seconds),
        fixed(blocks.p99Ms, 2),
        fixed(blocks.longestMs, 2),
        fixed(blocks.longestOwnMs, 2),
        fixed(blocks.longestBeyondGcMs, 2),
        fixed(blocks.longestGcMs, 2),
      ]),
    );
  },
});
