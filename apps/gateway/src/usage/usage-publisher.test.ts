import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newId } from '@modelbridge/contracts';
import {
  envelopeSchema,
  usageRequestCompleted,
  type RequestRecord,
} from '@modelbridge/contracts/events';
import { requestRecord, type CloseFacts, type OpenFacts } from '../spool/facts.js';
import { noTokens } from '@modelbridge/contracts';
import { encodeBatch } from './usage-publisher.js';

const open: OpenFacts = {
  requestId: newId('request'),
  allowanceId: newId('allowance'),
  startedAt: 1_795_500_000_000,
  accountId: newId('account'),
  userId: newId('user'),
  teamId: null,
  keyId: newId('key'),
  keyHash: 'ab'.repeat(32),
  model: 'a "quoted" model, é',
  provider: 'openai',
  region: 'us-east',
  api: 'chat_completions',
  streamed: true,
  priceVersion: '2026-08-01',
  price: '[]',
  reservedNanoUsd: 10n,
  estimatedInputTokens: 1,
};
const close: CloseFacts = {
  completedAt: 1_795_500_001_000,
  status: 200,
  outcome: 'completed',
  finishReason: 'stop',
  errorClass: null,
  estimated: false,
  counts: { ...noTokens, inputTokens: 3 },
  costNanoUsd: 9n,
  timeToFirstTokenMs: 5,
};

describe('encodeBatch', () => {
  it('makes the event that its schema describes', () => {
    const gatewayEpoch = randomUUID();
    const records: RequestRecord[] = [1, 2].map((sequence) => requestRecord(open, close, sequence));
    const encoded = encodeBatch(
      {
        id: 'batch-1',
        epoch: gatewayEpoch,
        firstSequence: 1,
        lastSequence: 2,
        records: records.map((record) => Buffer.from(JSON.stringify(record))),
      },
      new Date('2026-11-24T06:00:00Z'),
    );
    const envelope = envelopeSchema.parse(JSON.parse(encoded.toString('utf8')));
    expect(envelope).toMatchObject({ id: 'batch-1', occurredAt: '2026-11-24T06:00:00.000Z' });
    expect(usageRequestCompleted.schema.parse(envelope.data)).toEqual({ gatewayEpoch, records });
  });
});
