import { usageRequestCompleted } from '@modelbridge/contracts/events';
import type { Messaging } from '@modelbridge/service-kit/messaging';
import type { Publish, UsageBatch } from '../spool/spool.js';

/**
 * Sends the spool's batches to JetStream. Records are JSON in the spool already: reading, checking and
 * writing them again would cost more than the spool itself.
 */
export function publishUsage(messaging: Messaging): Publish {
  return (batch) =>
    messaging.publishRaw(usageRequestCompleted.subject, encodeBatch(batch, new Date()), {
      id: batch.id,
    });
}

const comma = Buffer.from(',');

/** The event's envelope around the records as they are. */
export function encodeBatch({ id, epoch, records }: UsageBatch, occurredAt: Date): Buffer {
  const envelope = JSON.stringify({ id, occurredAt: occurredAt.toISOString() }).slice(0, -1);
  const pieces: Buffer[] = [
    Buffer.from(`${envelope},"data":{"gatewayEpoch":${JSON.stringify(epoch)},"records":[`),
  ];
  for (const record of records) {
    if (pieces.length > 1) pieces.push(comma);
    pieces.push(record);
  }
  pieces.push(Buffer.from(']}}'));
  return Buffer.concat(pieces);
}
