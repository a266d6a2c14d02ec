import { createServer } from 'node:net';
import { holderOf } from './port-holder.js';

const LOOPBACK = '127.0.0.1';

/** A port that a part of the stack needs is held by another process. */
export class PortTakenError extends Error {
  constructor(
    readonly port: number,
    readonly part: string,
    holder: string,
  ) {
    super(`Port ${port} (${part}) is taken by ${holder}.`);
    this.name = 'PortTakenError';
  }
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve()));
  });
}

/** Throws PortTakenError, naming who holds the port where that can be found out. */
export async function assertPortFree(port: number, part: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new PortTakenError(port, part, await holderOf(port));
    if (code === 'EACCES') throw new PortTakenError(port, part, 'the system (it needs privileges)');
    throw error;
  }
}

/**
 * Ports for whoever wants any: below those that Linux and macOS give to outgoing connections, one of which
 * could take a port between its choice and its use, or while its server is restarted. The ports of stacks
 * (npm start, its tests) are to lie elsewhere.
 */
const CHOICE = { first: 27_000, count: 5_700 };

// From a point of its own in each process, then on: no process is given a port twice in a row.
let next = Math.floor(Math.random() * CHOICE.count);

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < CHOICE.count; tries += 1) {
    const port = CHOICE.first + (next++ % CHOICE.count);
    const taken = await listenOnce(port).then(
      () => false,
      () => true,
    );
    if (!taken) return port;
  }
  throw new Error('There is no free port.');
}
