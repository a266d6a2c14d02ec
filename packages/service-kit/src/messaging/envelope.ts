import { envelopeSchema, type EventDefinition } from '@modelbridge/contracts/events';
import type { z } from 'zod';
import { messagingLimits } from './limits.js';

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

/** An event as it goes over the wire. Throws MalformedEventError where `data` breaks the event's schema. */
export function encodeEvent<T>(
  event: EventDefinition<T>,
  data: T,
  options: { id: string; occurredAt?: Date },
): string {
  const occurredAt = (options.occurredAt ?? new Date()).toISOString();
  const encoded = JSON.stringify({ id: options.id, occurredAt, data }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  if (Buffer.byteLength(encoded) > messagingLimits.maxMessageBytes) {
    throw new MalformedEventError(
      `${event.subject} is larger than ${messagingLimits.maxMessageBytes} bytes`,
    );
  }
  decodeEvent(event, encoded);
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
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) throw malformed(event.subject, envelope.error);
  const data = event.schema.safeParse(envelope.data.data);
  if (!data.success) throw malformed(event.subject, data.error);
  return { id: envelope.data.id, occurredAt: new Date(envelope.data.occurredAt), data: data.data };
}

function malformed(subject: string, error: z.ZodError): MalformedEventError {
  const fields = error.issues
    .slice(0, 10)
    .map(({ path, code }) => `${path.join('.') || '(root)'}: ${code}`);
  return new MalformedEventError(`${subject} breaks its schema at ${fields.join(', ')}`);
}
