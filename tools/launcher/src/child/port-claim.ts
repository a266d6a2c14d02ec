import { createServer, type Server } from 'node:net';

/** A hundred ports of which nobody else who claims some is given one. */
export interface PortClaim {
  base: number;
  release(): void;
}

/** Below the ports that `freePort` chooses from. */
const bases = { first: 11_000, count: 150 };
/** Of a base: who listens here has the claim, in whichever process or checkout. */
const claimOffset = 99;
/** Of a base: what a stack listens on, or enough of it. */
const usedOffsets = [0, 1, 2, 3, 20, 21, 22, 23, 24, 30, 50];

/** Claims ports for a stack, on which nothing else listens either. */
export async function claimPorts(): Promise<PortClaim> {
  for (;;) {
    const base = bases.first + Math.floor(Math.random() * bases.count) * 100;
    const claim = await listen(base + claimOffset);
    if (claim === undefined) continue;
    const free = await Promise.all(usedOffsets.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return { base, release: () => claim.close() };
    claim.close();
  }
}

/** Undefined where another process listens. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}
