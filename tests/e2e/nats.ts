import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { patienceMs } from '@modelbridge/testing-kit';
import type { StackDescription } from '@modelbridge/ops';

/** Runs `use` on a connection of its own. */
export async function withJetStream<T>(
  stack: Pick<StackDescription, 'nats'>,
  use: (client: JetStreamClient) => Promise<T>,
): Promise<T> {
  const { host, username: user, password: pass } = new URL(stack.nats);
  const connection = await connect({ servers: host, user, pass });
  try {
    return await use(jetstream(connection));
  } finally {
    await connection.close();
  }
}

/** When a stream was made: another time once its store has been lost. */
export function streamCreatedAt(
  stack: Pick<StackDescription, 'nats'>,
  stream: string,
): Promise<string> {
  return withJetStream(stack, async (client) => {
    const manager = await client.jetstreamManager();
    return (await manager.streams.info(stream)).created;
  });
}

/** Every message that a stream holds, oldest first. */
export async function messagesIn(client: JetStreamClient, stream: string): Promise<string[]> {
  const manager = await client.jetstreamManager();
  const { state } = await manager.streams.info(stream);
  const consumer = await client.consumers.get(stream);
  const found: string[] = [];
  while (found.length < state.messages) {
    const message = await consumer.next({ expires: patienceMs });
    if (!message) break;
    found.push(new TextDecoder().decode(message.data));
  }
  return found;
}
