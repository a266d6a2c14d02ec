import { randomUUID } from 'node:crypto';
import { newId } from '@modelbridge/contracts';
import { usageRequestCompleted, type RequestRecord } from '@modelbridge/contracts/events';
import { encodeEvent } from '@modelbridge/service-kit/messaging';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { openAccounts, type Holder } from './accounts.js';
import { command } from './command.js';
import { fixed, printTable, say, whole } from './figures.js';
import { charged, recorded, recordedAtLeast } from './ledger-progress.js';
import type { Lifetime } from './lifetime.js';
import { cpuMicroseconds } from './processes.js';
import { connectServices, pidOf, startStack, type Services, type Stack } from './stack.js';

const BATCH_SIZES = [1, 20, 200];
const PUBLISHED_AT_ONCE = 256;
const TIMEOUT_MS = 300_000;
const GOAL_PER_SECOND = 10_000;

interface Message {
  id: string;
  payload: string;
}

/** The messages of one gateway epoch with so many records, of each holder in turn. */
function messagesOf(holders: Holder[], records: number, batchSize: number): Message[] {
  const gatewayEpoch = randomUUID();
  const all = Array.from({ length: records }, (_, index) =>
    recordOf(holders[index % holders.length]!, index + 1),
  );
  return Array.from({ length: Math.ceil(records / batchSize) }, (_, index) => {
    const id = `${gatewayEpoch}:${index}`;
    const batch = all.slice(index * batchSize, (index + 1) * batchSize);
    const payload = encodeEvent(usageRequestCompleted, { gatewayEpoch, records: batch }, { id });
    return { id, payload };
  });
}

function recordOf(holder: Holder, sequence: number): RequestRecord {
  const now = new Date().toISOString();
  return {
    ...holder,
    requestId: newId('request'),
    sequence,
    allowanceId: null,
    startedAt: now,
    completedAt: now,
    teamId: null,
    keyHash: '0'.repeat(64),
    model: 'kimi-k2.5',
    provider: 'selfhosted',
    region: 'us-east',
    api: 'chat_completions',
    status: 200,
    outcome: 'completed',
    finishReason: 'stop',
    errorClass: null,
    streamed: false,
    estimated: false,
    inputTokens: 200,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 40,
    reasoningTokens: 0,
    costNanoUsd: '240000',
    priceVersion: 'bench',
    timeToFirstTokenMs: null,
  };
}

async function connectJetStream(lifetime: Lifetime, natsUrl: string): Promise<JetStreamClient> {
  const { host, username, password } = new URL(natsUrl);
  const connection = await connect({
    servers: host,
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
  });
  lifetime.onEnd(() => connection.close());
  return jetstream(connection, { timeout: TIMEOUT_MS });
}

/** Publishes as gateways do, each message acknowledged, many under way at the same time. */
async function publishAll(client: JetStreamClient, messages: Message[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let message = messages[next++]; message; message = messages[next++]) {
      await client.publish(usageRequestCompleted.subject, message.payload, {
        msgID: `${usageRequestCompleted.subject}:${message.id}`,
      });
    }
  };
  await Promise.all(Array.from({ length: PUBLISHED_AT_ONCE }, lane));
}

interface Ingested {
  publishMs: number;
  recordMs: number;
  chargeMs: number;
  cpuUsPerEvent: number | undefined;
}

/**
 * Lets a backlog build up while usage-ledger is suspended, so that its own speed is measured and not the
 * publisher's, and times how it is worked off. billing charges at the same time, as it always does.
 */
async function ingestBacklog(
  lifetime: Lifetime,
  stack: Stack,
  services: Services,
  client: JetStreamClient,
  messages: Message[],
  records: number,
): Promise<Ingested> {
  const { usageLedger } = services;
  const pid = pidOf(stack, 'usage-ledger');
  const target = (await recorded(usageLedger)) + BigInt(records);
  const resume = (): void => void process.kill(pid, 'SIGCONT');
  const forget = lifetime.onEnd(resume);
  process.kill(pid, 'SIGSTOP');
  const publishing = performance.now();
  await publishAll(client, messages).finally(resume);
  forget();
  const publishMs = performance.now() - publishing;
  const cpuBefore = cpuMicroseconds(pid);
  const started = performance.now();
  if (!(await recordedAtLeast(usageLedger, target, TIMEOUT_MS))) throw new Error('not recorded');
  const recordMs = performance.now() - started;
  const cpuAfter = cpuMicroseconds(pid);
  if (!(await charged(usageLedger, TIMEOUT_MS))) throw new Error('not charged');
  const chargeMs = performance.now() - started;
  const cpuUsPerEvent =
    cpuBefore === undefined || cpuAfter === undefined
      ? undefined
      : (cpuAfter - cpuBefore) / records;
  return { publishMs, recordMs, chargeMs, cpuUsPerEvent };
}

export const ingest = command({
  summary: 'usage events/s into the ledger, in messages of 1, 20 and 200 records',
  options: {
    records: { default: 40_000, help: 'usage records for each size of message' },
    accounts: { default: 1, help: 'accounts that take turns in the records' },
  },
  async run({ records, accounts }, lifetime) {
    const stack = await startStack(lifetime);
    const services = connectServices(lifetime, stack);
    const holders = await openAccounts(services, accounts);
    const client = await connectJetStream(lifetime, stack.nats);
    const warmUp = messagesOf(holders, 5_000, 20);
    await ingestBacklog(lifetime, stack, services, client, warmUp, 5_000);
    const rows: string[][] = [];
    for (const size of BATCH_SIZES) {
      const messages = messagesOf(holders, records, size);
      const took = await ingestBacklog(lifetime, stack, services, client, messages, records);
      const perSecond = (ms: number): number => (records * 1000) / ms;
      rows.push([
        String(size),
        whole(perSecond(took.publishMs)),
        whole(perSecond(took.recordMs)),
        whole(perSecond(took.chargeMs)),
        fixed(took.cpuUsPerEvent, 1),
        perSecond(took.recordMs) >= GOAL_PER_SECOND ? 'reached' : 'not reached',
      ]);
      say(`messages of ${size}: done`);
    }
    printTable(
      `${whole(records)} usage records of ${whole(accounts)} account(s) for each size of message`,
      [
        'records/message',
        'published/s',
        'recorded/s',
        'recorded and charged/s',
        'ledger CPU us/record',
        `goal >= ${whole(GOAL_PER_SECOND)} recorded/s`,
      ],
      rows,
    );
  },
});
