import { envelopeSchema, type EventDefinition } from '@modelbridge/contracts/events';
import type { z } from 'zod';
import { matchesExactly } from './exact-match.js';
import { messagingBounds } from './bounds.js';

/** What a handler learns of a message besides its data. */
export interface EventMeta {
  /** Unique to the fact, the same when it comes again. */
  id: string;
  occurredAt: Date;
  subject: string;
  /** 1 on the first delivery. */
  deliveryCount: number;
}

/** A message that will never be understood. Its text names fields, never values. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
}

/**
 * An event as it goes over the wire. Throws MalformedEventError where a consumer could not read it:
 * `data` or `id` break their schema, or it is too large.
 */
export function encodeEvent<T>(
  event: EventDefinition<T>,
  data: T,
  options: { id: string; occurredAt?: Date },
): string {
  const occurredAt = (options.occurredAt ?? new Date()).toISOString();
  const envelope = { id: options.id, occurredAt, data };
  accepted(event.subject, envelopeSchema, envelope);
  accepted(event.subject, event.schema, data);
  const encoded = JSON.stringify(envelope);
  if (Buffer.byteLength(encoded) > messagingBounds.maxMessageBytes) {
    throw new MalformedEventError(
      `${event.subject} is larger than ${messagingBounds.maxMessageBytes} bytes`,
    );
  }
  return encoded;
}

/** Reads an event. Throws MalformedEventError naming the fields that are wrong. */
export function decodeEvent<T>(
  event: EventDefinition<T>,
  encoded: string,
): { id: string; occurredAt: Date; data: T } {
  let json: unknown;
  try {
    json = JSON.parse(encoded);
  } catch {
    throw new MalformedEventError(`${event.subject} is not JSON`);
  }
  const envelope = accepted(event.subject, envelopeSchema, json);
  const data = accepted(event.subject, event.schema, envelope.data);
  return { id: envelope.id, occurredAt: new Date(envelope.occurredAt), data };
}

function accepted<T>(subject: string, schema: z.ZodType<T, T>, value: unknown): T {
  if (matchesExactly(schema, value)) return value;
  const result = schema.safeParse(value);
  if (!result.success) throw malformed(subject, result.error);
  return result.data;
}

function malformed(subject: string, error: z.ZodError): MalformedEventError {
  const fields = error.issues
    .slice(0, 10)
    .map(({ path, code }) => `${path.join('.') || '(root)'}: ${code}`);
  return new MalformedEventError(`${subject} breaks its schema at ${fields.join(', ')}`);
}
