import {
  Global,
  Module,
  Optional,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { ConfigError } from '../config/load-config.js';
import type { KitConfig } from '../config/shapes.js';
import {
  connectDatabase,
  Database,
  postgresDataSource,
  type Entity,
} from '../database/database.js';
import { migrationDirsOf, runMigrations, type Schema } from '../database/migrations.js';
import { HealthRegistry } from '../health/health-registry.js';
import { HealthController, MetricsController } from '../health/operations.controller.js';
import { Logger } from '../logging/logger.js';
import { Messaging } from '../messaging/messaging.js';
import { NatsConnection } from '../messaging/nats-connection.js';
import { DatabaseQuarantine, StreamQuarantine } from '../messaging/quarantine.js';
import { Metrics } from '../metrics/metrics.js';
import { Outbox } from '../outbox/outbox.js';
import { outputFile, freeBytes } from '../room/free-bytes.js';
import { RoomWatch } from '../room/room-watch.js';
import { jetStreamRoom, postgresRoom } from '../room/server-volumes.js';
import { Shutdown } from '../shutdown/shutdown.js';

export interface KitModuleOptions {
  /** The service's name as in certificates, logs and metrics. */
  name: string;
  config: KitConfig;
  /** Provides Database. The schema is brought up to date before the application starts. */
  database?: Schema & {
    /** Classes that describe tables of the migrations. */
    entities?: Entity[];
    poolSize?: number;
  };
  /** Provides Messaging and, with a database, Outbox. */
  nats?: boolean;
}

/** What every service is made of: Logger, Metrics, HealthRegistry, Shutdown and, as asked for, Database, Messaging, Outbox. */
@Global()
@Module({})
export class KitModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly rooms: RoomWatch,
    @Optional() private readonly database?: Database,
    @Optional() private readonly connection?: NatsConnection,
    @Optional() private readonly messaging?: Messaging,
    @Optional() private readonly outbox?: Outbox,
  ) {}

  static forRoot(options: KitModuleOptions): DynamicModule {
    const providers = [
      ...baseProviders(options),
      ...(options.database === undefined ? [] : databaseProviders(options, options.database)),
      ...(options.nats === true ? messagingProviders(options) : []),
      ...(options.nats === true && options.database !== undefined ? [outboxProvider] : []),
    ];
    return {
      module: KitModule,
      controllers: [
        HealthController,
        ...(options.config.OPS_PORT === undefined ? [MetricsController] : []),
      ],
      providers,
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }

  onApplicationBootstrap(): void {
    this.outbox?.start();
    this.rooms.start();
  }

  /** Runs when the servers are closed: nothing asks for these parts any more. */
  async onApplicationShutdown(): Promise<void> {
    this.rooms.stop();
    await this.stopConsumers();
    await this.outbox?.stop();
    await this.connection?.close();
    await this.database?.close();
  }

  /** Takes no more events; resolves when those in hand are settled. */
  async stopConsumers(): Promise<void> {
    await this.messaging?.stopConsumers();
  }
}

function baseProviders({ name, config }: KitModuleOptions): Provider[] {
  return [
    {
      provide: Logger,
      useFactory: () => Logger.create({ service: name, level: config.LOG_LEVEL }),
    },
    { provide: Metrics, useFactory: () => new Metrics(name) },
    { provide: HealthRegistry, useFactory: () => new HealthRegistry() },
    { provide: Shutdown, useFactory: () => new Shutdown() },
    {
      provide: RoomWatch,
      inject: [Logger, HealthRegistry, Metrics],
      useFactory: (logger: Logger, health: HealthRegistry, metrics: Metrics) => {
        const rooms = new RoomWatch(logger, health, metrics);
        const file = outputFile();
        if (file !== undefined)
          rooms.watch({
            name: 'log',
            room: () => freeBytes(file),
            lowBytes: config.LOG_ROOM_LOW ?? 0,
          });
        return rooms;
      },
    },
  ];
}

function databaseProviders(
  { name, config }: KitModuleOptions,
  options: NonNullable<KitModuleOptions['database']>,
): Provider[] {
  return [
    {
      provide: Database,
      inject: [Logger, HealthRegistry, RoomWatch],
      useFactory: async (logger: Logger, health: HealthRegistry, rooms: RoomWatch) => {
        const dataSource = postgresDataSource({
          url: required('DATABASE_URL', config.DATABASE_URL),
          applicationName: name,
          entities: options.entities,
          poolSize: options.poolSize,
          logger,
        });
        await connectDatabase(dataSource, logger);
        await runMigrations(dataSource, migrationDirsOf(options));
        const database = new Database(dataSource);
        health.register('postgres', () => database.ping());
        const place = config.POSTGRES_VOLUME;
        if (place !== undefined)
          rooms.watch({
            name: 'postgres',
            room: () => postgresRoom(database, place),
            lowBytes: config.POSTGRES_ROOM_LOW ?? 0,
          });
        return database;
      },
    },
  ];
}

function messagingProviders({ name, config }: KitModuleOptions): Provider[] {
  return [
    {
      provide: NatsConnection,
      inject: [Logger, HealthRegistry, Metrics, RoomWatch],
      useFactory: (logger: Logger, health: HealthRegistry, metrics: Metrics, rooms: RoomWatch) => {
        const connection = new NatsConnection(
          {
            url: required('NATS_URL', config.NATS_URL),
            name,
            onDenied: (operation) => metrics.natsDenied.inc({ operation }),
          },
          logger,
        );
        // Without it later on, outboxes and spools keep what happens: no reason to turn requests away.
        health.register('nats', () => connection.ping(), { neededToBegin: true });
        // A server that is there and takes nothing does not come back by itself: a person must know.
        health.register('jetstream', async () => connection.assertTakes());
        rooms.watch({
          name: 'jetstream',
          room: async () =>
            connection.isConnected
              ? jetStreamRoom((await connection.ready()).manager, config.JETSTREAM_VOLUME)
              : undefined,
          lowBytes: config.JETSTREAM_ROOM_LOW ?? 0,
          leastBytes: config.JETSTREAM_ROOM_LEAST ?? 0,
        });
        metrics.gauge({
          name: 'jetstream_refuses',
          help: '1 while JetStream takes no events though it is there, as without room; an alert',
          collect() {
            this.set(takes(connection) ? 0 : 1);
          },
        });
        metrics.gauge({
          name: 'nats_connected',
          help: '1 while NATS can be spoken to',
          collect() {
            this.set(connection.isConnected ? 1 : 0);
          },
        });
        return connection;
      },
    },
    {
      provide: Messaging,
      inject: [NatsConnection, Metrics, Logger, { token: Database, optional: true }],
      useFactory: (
        connection: NatsConnection,
        metrics: Metrics,
        logger: Logger,
        database?: Database,
      ) =>
        new Messaging(connection, {
          quarantine:
            database === undefined
              ? new StreamQuarantine(connection)
              : new DatabaseQuarantine(database),
          metrics,
          logger,
        }),
    },
  ];
}

function takes(connection: NatsConnection): boolean {
  try {
    connection.assertTakes();
    return true;
  } catch {
    return false;
  }
}

const outboxProvider: Provider = {
  provide: Outbox,
  inject: [Database, Messaging, Logger],
  useFactory: (database: Database, messaging: Messaging, logger: Logger) =>
    new Outbox(database, messaging, logger),
};

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '')
    throw new ConfigError([`${name} is missing: set ${name}`]);
  return value;
}
