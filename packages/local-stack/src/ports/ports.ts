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

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
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

/** A loopback port that is free now. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}
