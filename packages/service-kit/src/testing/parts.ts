import { defineEvent } from '@modelbridge/contracts/events';
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@modelbridge/testing-kit';
import { z } from 'zod';
import { connectDatabase, Database, postgresDataSource } from '../database/database.js';
import { schemaOf } from '../database/migrations.js';
import { Logger } from '../logging/logger.js';
import { Messaging } from '../messaging/messaging.js';
import { NatsConnection } from '../messaging/nats-connection.js';
import { DatabaseQuarantine } from '../messaging/quarantine.js';
import { Metrics } from '../metrics/metrics.js';
import { Outbox } from '../outbox/outbox.js';

/** An event that only these tests know, on a stream of the contracts. */
export const counted = defineEvent({
  subject: 'billing.test.counted.v1',
  stream: 'BILLING',
  schema: z.object({ n: z.number().int() }),
});

export const silentLogger = Logger.create({ service: 'test', level: 'silent' });

/** A connection to a new database with the kit's tables. */
export async function openDatabase(): Promise<{ database: Database; server: TestDatabase }> {
  const server = await testPostgres(schemaOf([]));
  const dataSource = postgresDataSource({
    url: server.url,
    applicationName: 'test',
    logger: silentLogger,
  });
  await connectDatabase(dataSource, silentLogger);
  return { database: new Database(dataSource), server };
}

/** What one process has of the kit. */
export interface ProcessParts {
  connection: NatsConnection;
  messaging: Messaging;
  outbox: Outbox;
  metrics: Metrics;
  /** Ends everything but the database, as the end of the process does. */
  end(): Promise<void>;
}

export function startProcess(database: Database, natsUrl: string): ProcessParts {
  const metrics = new Metrics('test');
  const connection = new NatsConnection({ url: natsUrl, name: 'test' }, silentLogger);
  const messaging = new Messaging(connection, {
    quarantine: new DatabaseQuarantine(database),
    metrics,
    logger: silentLogger,
  });
  const outbox = new Outbox(database, messaging, silentLogger);
  return {
    connection,
    messaging,
    outbox,
    metrics,
    end: async () => {
      await messaging.stopConsumers();
      await outbox.stop();
      await connection.close();
    },
  };
}

export interface TestParts extends ProcessParts {
  nats: TestNats;
  database: Database;
  close(): Promise<void>;
}

/** A process with a database and a nats-server of its own. */
export async function startParts(): Promise<TestParts> {
  const [nats, { database, server }] = await Promise.all([testNats(), openDatabase()]);
  const parts = startProcess(database, nats.url);
  return {
    ...parts,
    nats,
    database,
    close: async () => {
      await parts.end();
      await database.close();
      await Promise.all([nats.stop(), server.drop()]);
    },
  };
}
