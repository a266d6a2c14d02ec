import type { Database } from '../database/database.js';
import type { NatsConnection } from './nats-connection.js';
import { quarantineStream } from './streams.js';

export interface QuarantinedMessage {
  consumer: string;
  subject: string;
  messageId: string;
  payload: Uint8Array;
  /** Why it cannot be handled; never quotes it. */
  reason: string;
  deliveries: number;
}

/** Keeps messages that no retry can help where an operator finds them. */
export interface Quarantine {
  put(message: QuarantinedMessage): Promise<void>;
}

/** The table `quarantined_message` of the service's database. */
export class DatabaseQuarantine implements Quarantine {
  constructor(private readonly database: Database) {}

  async put(message: QuarantinedMessage): Promise<void> {
    await this.database.execute(
      `insert into quarantined_message (consumer, subject, message_id, payload, reason, deliveries)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [
        message.consumer,
        message.subject,
        message.messageId,
        Buffer.from(message.payload),
        message.reason,
        message.deliveries,
      ],
    );
  }
}

/** The stream QUARANTINE, for a process without a database. */
export class StreamQuarantine implements Quarantine {
  constructor(private readonly connection: NatsConnection) {}

  async put(message: QuarantinedMessage): Promise<void> {
    await this.connection.ensureStream(quarantineStream);
    const { client } = await this.connection.ready();
    const { payload, ...about } = message;
    await client.publish(
      `quarantine.${message.consumer}`,
      JSON.stringify({ ...about, payloadBase64: Buffer.from(payload).toString('base64') }),
      { msgID: `${message.consumer}:${message.subject}:${message.messageId}` },
    );
  }
}
