import { usageRequestCompleted, type RequestRecord } from '@modelbridge/contracts/events';
import type { Messaging } from '@modelbridge/service-kit';
import type { Publish } from '../spool/spool.js';

/** Sends the spool's batches to JetStream. */
export function publishUsage(messaging: Messaging): Publish {
  return async ({ id, epoch, records }) => {
    await messaging.publish(
      usageRequestCompleted,
      {
        gatewayEpoch: epoch,
        records: records.map((record) => JSON.parse(record.toString('utf8')) as RequestRecord),
      },
      { id },
    );
  };
}
