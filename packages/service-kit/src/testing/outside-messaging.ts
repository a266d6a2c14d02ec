import { Logger } from '../logging/logger.js';
import { Messaging } from '../messaging/messaging.js';
import { NatsConnection } from '../messaging/nats-connection.js';
import { StreamQuarantine } from '../messaging/quarantine.js';
import { Metrics } from '../metrics/metrics.js';

/** What a test publishes and hears in the place of other services, on a connection of its own. */
export interface OutsideMessaging {
  messaging: Messaging;
  /** Resolves when all that was subscribed to is heard. */
  listening(): Promise<void>;
  close(): Promise<void>;
}

/** `natsUrl` is that of a user who may do everything. */
export function outsideMessaging(natsUrl: string): OutsideMessaging {
  const logger = Logger.create({ service: 'test', level: 'silent' });
  const connection = new NatsConnection({ url: natsUrl, name: 'test' }, logger);
  const messaging = new Messaging(connection, {
    quarantine: new StreamQuarantine(connection),
    metrics: new Metrics('test'),
    logger,
  });
  return {
    messaging,
    listening: async () => {
      await (await connection.ready()).connection.flush();
    },
    close: async () => {
      await messaging.stopConsumers();
      await connection.close();
    },
  };
}
