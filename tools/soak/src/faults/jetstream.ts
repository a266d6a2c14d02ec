import { DiscardPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { StreamName } from './fault.js';

const timeoutMs = 5_000;

/** What can go wrong with a stream of a running nats-server. */
export class Streams {
  constructor(private readonly url: string) {}

  /** It takes no more messages, as on a full disk, until it is told otherwise. */
  async fill(stream: StreamName): Promise<void> {
    await this.run((manager) =>
      manager.streams.update(stream, { discard: DiscardPolicy.New, max_msgs: 1 }),
    );
  }

  /** It takes messages again, unless a service has seen to that before. */
  async empty(stream: StreamName): Promise<void> {
    await this.run((manager) =>
      manager.streams.update(stream, { discard: DiscardPolicy.Old, max_msgs: -1 }),
    );
  }

  /** With its messages and its consumers. */
  async lose(stream: StreamName): Promise<void> {
    await this.run((manager) => manager.streams.delete(stream));
  }

  private async run(use: (manager: JetStreamManager) => Promise<unknown>): Promise<void> {
    const { host, username: user, password: pass } = new URL(this.url);
    const connection = await connect({
      servers: host,
      user,
      pass: decodeURIComponent(pass),
      timeout: timeoutMs,
      reconnect: false,
    });
    try {
      await use(await jetstreamManager(connection, { timeout: timeoutMs }));
    } finally {
      await connection.close();
    }
  }
}
