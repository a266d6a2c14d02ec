import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { inboxPrefixOf } from '@modelbridge/contracts/access';
import { PermissionViolationError, type NatsConnection as Connection } from '@nats-io/nats-core';
import { NatsConnectionImpl } from '@nats-io/nats-core/internal';
import { connect } from '@nats-io/transport-node';
import type { Logger } from '../logging/logger.js';
import { messagingBounds } from './bounds.js';
import { Refusals } from './refusals.js';
import { ensureStream } from './streams.js';

/** A connection that is kept up for the life of the process, through every loss of the server or its store. */
export class NatsConnection {
  private connection: Connection | undefined;
  private manager: JetStreamManager | undefined;
  private client: JetStreamClient | undefined;
  private connected = false;
  private readonly opening: Promise<void>;
  private readonly reconnectListeners = new Set<() => void>();
  private readonly ensuring = new Map<string, Promise<void>>();
  private readonly ensured = new Set<string>();
  private readonly used = new Set<string>();
  private readonly refusals = new Refusals();
  private readonly probing: NodeJS.Timeout;
  private tellsRefusal = false;

  constructor(
    private readonly options: {
      url: string;
      /** The service's; answers to it come to inboxes of this name. */
      name: string;
      /** Told of each publish and subscription that the server refuses this user. */
      onDenied?: (operation: string) => void;
    },
    private readonly logger: Logger,
  ) {
    this.opening = this.open();
    // Whoever waits for the connection sees the failure; nobody needs to.
    this.opening.catch(() => undefined);
    this.probing = setInterval(() => void this.probe(), messagingBounds.probeEveryMs);
    this.probing.unref();
  }

  /** True while the server can be spoken to. */
  get isConnected(): boolean {
    return this.connected;
  }

  /** Runs `listener` each time the connection is back: what was sent meanwhile may have been missed. */
  onReconnect(listener: () => void): () => void {
    this.reconnectListeners.add(listener);
    return () => this.reconnectListeners.delete(listener);
  }

  /** The connection, once there is one. Rejects when `close` comes first. */
  async ready(): Promise<{
    connection: Connection;
    client: JetStreamClient;
    manager: JetStreamManager;
  }> {
    await this.opening;
    const { connection, client, manager } = this;
    if (connection === undefined || client === undefined || manager === undefined) {
      throw new Error('the NATS connection is closed');
    }
    return { connection, client, manager };
  }

  /** Makes sure that a declared stream exists; asks the server only once, unless `again`. */
  async ensureStream(name: string, again = false): Promise<void> {
    if (this.ensured.has(name) && !again) return;
    const running = this.ensuring.get(name);
    if (running !== undefined) return running;
    this.used.add(name);
    const attempt = this.ready()
      .then(({ manager }) => this.watched(`stream ${name}`, () => ensureStream(manager, name)))
      .then(() => void this.ensured.add(name))
      .finally(() => this.ensuring.delete(name));
    this.ensuring.set(name, attempt);
    return attempt;
  }

  /** Runs what JetStream is asked for, and remembers whether it was done. `what` names it, in bounded number. */
  async watched<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask();
      this.refusals.done(what);
      return answer;
    } catch (error) {
      if (this.connected) this.refusals.failed(what, error, performance.now());
      throw error;
    }
  }

  /** Throws while the server is there and JetStream takes no events, as when it has no room. */
  assertTakes(): void {
    const refusal = this.connected ? this.refusals.lasting(performance.now()) : undefined;
    if (refusal) throw new Error(`JetStream refuses: ${refusal.what}`, { cause: refusal.error });
  }

  /** Rejects while the server does not answer. */
  async ping(): Promise<void> {
    if (!this.connected) throw new Error('NATS is not connected');
    const { connection } = await this.ready();
    await connection.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.probing);
    this.connected = false;
    this.closing = true;
    if (this.connection === undefined) {
      this.abandon?.();
      return;
    }
    await this.connection.close();
  }

  private closing = false;
  private abandon: (() => void) | undefined;

  private async open(): Promise<void> {
    const server = new URL(this.options.url);
    const connection = await this.connectUnlessClosed(server);
    this.connection = connection;
    this.manager = await jetstreamManager(connection, {
      checkAPI: false,
      timeout: messagingBounds.publishTimeoutMs,
    });
    this.client = jetstream(connection, { timeout: messagingBounds.publishTimeoutMs });
    this.connected = true;
    void this.watch(connection);
  }

  private async connectUnlessClosed(server: URL): Promise<Connection> {
    for (;;) {
      if (this.closing) throw new Error('the NATS connection is closed');
      try {
        const connection = await connect({
          servers: `${server.protocol}//${server.host}`,
          user: server.username === '' ? undefined : decodeURIComponent(server.username),
          pass: server.password === '' ? undefined : decodeURIComponent(server.password),
          name: this.options.name,
          inboxPrefix: inboxPrefixOf(this.options.name),
          timeout: messagingBounds.connectTimeoutMs,
          reconnect: true,
          maxReconnectAttempts: -1,
          reconnectTimeWait: messagingBounds.reconnectWaitMs,
          // Two refusals in a row would otherwise end the connection for good.
          ignoreAuthErrorAbort: true,
          pingInterval: messagingBounds.pingIntervalMs,
          maxPingOut: messagingBounds.maxPingsOut,
        });
        if (!this.closing) return connection;
        await connection.close();
      } catch (error) {
        this.logger.warn({ err: error }, 'waiting for NATS');
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, messagingBounds.reconnectWaitMs * 2);
          this.abandon = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }

  private async probe(): Promise<void> {
    if (!this.connected) return;
    await Promise.allSettled([...this.used].map((name) => this.ensureStream(name, true)));
    const refusal = this.connected ? this.refusals.lasting(performance.now()) : undefined;
    if (refusal && !this.tellsRefusal) {
      const { what, error } = refusal;
      this.logger.error({ err: error, what }, 'JetStream takes no events: does it have room?');
    }
    if (!refusal && this.tellsRefusal) this.logger.info('JetStream takes events again');
    this.tellsRefusal = refusal !== undefined;
  }

  private tell(error: Error): void {
    if (!(error instanceof PermissionViolationError)) {
      this.logger.error({ err: error }, 'NATS reported an error');
      return;
    }
    const { operation, subject } = error;
    this.options.onDenied?.(operation);
    this.logger.error({ operation, subject }, 'NATS refuses what this user may not do');
  }

  private async watch(connection: Connection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'staleConnection') {
        this.logger.warn('NATS does not answer');
        cut(connection);
      } else if (status.type === 'disconnect') {
        this.connected = false;
        this.logger.warn('the connection to NATS was lost');
      } else if (status.type === 'reconnect' && !this.connected) {
        // The library says so once for each attempt that it took.
        this.connected = true;
        this.logger.info('the connection to NATS is back');
        this.ensured.clear();
        this.refusals.clear();
        for (const listener of this.reconnectListeners) listener();
      } else if (status.type === 'error') {
        this.tell(status.error);
      }
    }
    this.connected = false;
  }
}

/** The library first waits until all is written, for ever where the silent side takes nothing more. */
function cut(connection: Connection): void {
  if (connection instanceof NatsConnectionImpl) void connection.protocol.transport.close();
}
