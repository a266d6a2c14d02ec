import { describe, expect, it } from '@jest/globals';
import {
  billingChargePosted,
  defineEvent,
  usageLedgerRequestRecorded,
  usageLedgerWatermarkAdvanced,
  usageRequestCompleted,
} from '@modelbridge/contracts/events';
import { z } from 'zod';
import { decodeEvent, encodeEvent, MalformedEventError } from './envelope.js';
import { messagingBounds } from './bounds.js';

const note = defineEvent({
  subject: 'billing.test.noted.v1',
  stream: 'BILLING',
  schema: z.object({ text: z.string().max(1_000_000), seen: z.boolean().optional() }),
});
const id = 'event-1';

describe('an event', () => {
  it('is read as it was written', () => {
    const occurredAt = new Date('2026-03-14T12:00:00.123Z');
    const data = { text: 'fünf "5"\n', seen: true };
    const encoded = encodeEvent(note, data, { id, occurredAt });
    expect(decodeEvent(note, encoded)).toEqual({ id, occurredAt, data });
  });

  it('is refused at its producer where a consumer could not read it', () => {
    const encode = (data: unknown, options = { id }) =>
      encodeEvent(note, data as z.output<typeof note.schema>, options);
    expect(() => encode({ text: 5 })).toThrow('billing.test.noted.v1 breaks its schema at text');
    expect(() => encode({})).toThrow(MalformedEventError);
    expect(() => encode({ text: 5n })).toThrow(MalformedEventError);
    expect(() => encode({ text: 'x' }, { id: '' })).toThrow('breaks its schema at id');
    const large = 'x'.repeat(messagingBounds.maxMessageBytes);
    expect(() => encode({ text: large })).toThrow(/larger than/);
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['without an id', { occurredAt: '2026-03-14T12:00:00Z', data: { text: 'x' } }, 'at id'],
    ['of another shape', { id, occurredAt: '2026-03-14T12:00:00Z', data: { text: 1 } }, 'at text'],
  ])('that is %s is malformed, and the fault names no value', (_, message, fault) => {
    const encoded = typeof message === 'string' ? message : JSON.stringify(message);
    expect(() => decodeEvent(note, encoded)).toThrow(fault);
  });

  it('loses what its schema does not know', () => {
    const encoded = JSON.stringify({
      id,
      occurredAt: '2026-03-14T12:00:00Z',
      data: { text: 'x', prompt: 'secret' },
      trace: 'y',
    });
    expect(decodeEvent(note, encoded).data).toEqual({ text: 'x' });
  });
});

it.each([
  billingChargePosted,
  usageLedgerRequestRecorded,
  usageLedgerWatermarkAdvanced,
  usageRequestCompleted,
])('$subject names a field of a batch that is wrong', ({ subject, schema }) => {
  const event = defineEvent<unknown>({ subject, stream: 'BILLING', schema });
  expect(() => encodeEvent(event, {}, { id })).toThrow(`${subject} breaks its schema at`);
});
