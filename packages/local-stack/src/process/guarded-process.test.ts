import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { startGuarded } from './guarded-process.js';
import { poll } from './poll.js';
import { commandOf, isRunning } from './process-info.js';

const GUARD = fileURLToPath(new URL('../../bin/guard.mjs', import.meta.url));
/** Only ends a test that would wait for ever. */
const patienceMs = 60_000;
const SLEEP = {
  command: '/bin/sleep',
  args: ['600'],
  cwd: '/',
  env: {},
  stopSignal: 'SIGTERM' as const,
  stopTimeoutMs: 2_000,
};

/** A process that starts a guard, prints the pids of both and goes on. */
const PARENT = `
  const guard = require('node:child_process').spawn(process.execPath, [process.argv[1], process.argv[2]],
    { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  guard.on('message', (m) => console.log(JSON.stringify({ server: m.started, guard: guard.pid })));
`;

describe('startGuarded', () => {
  it('stops the server when asked and reports its end', async () => {
    const server = await startGuarded(SLEEP);
    expect(isRunning(server.pid)).toBe(true);
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
    expect(await server.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('kills a server that does not stop in time', async () => {
    const server = await startGuarded({
      ...SLEEP,
      command: '/bin/sh',
      args: ['-c', "trap '' TERM; exec sleep 600"],
    });
    expect(await poll(() => commandOf(server.pid) === 'sleep 600', patienceMs)).toBe(true);
    await server.stop(200);
    expect((await server.exited).signal).toBe('SIGKILL');
  });

  it('reports a server that dies', async () => {
    const server = await startGuarded(SLEEP);
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says when the program does not exist', async () => {
    await expect(startGuarded({ ...SLEEP, command: '/no/such/program' })).rejects.toThrow(
      /could not be started/,
    );
  });

  it('leaves no server behind when the guard is killed', async () => {
    const server = await startGuarded({
      ...SLEEP,
      command: '/bin/sh',
      args: ['-c', 'sleep 600 & wait'],
    });
    const guards = await guardOf(server.pid);
    process.kill(guards, 'SIGKILL');
    await server.exited;
    expect(isRunning(server.pid)).toBe(false);
  });

  it('leaves nothing behind when the process that started it is killed with SIGKILL', async () => {
    const parent = spawn(process.execPath, ['-e', PARENT, GUARD, JSON.stringify(SLEEP)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = await new Promise<{ server: number; guard: number }>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as never));
    });
    expect(isRunning(pids.server) && isRunning(pids.guard)).toBe(true);
    parent.kill('SIGKILL');
    expect(await poll(() => !isRunning(pids.server) && !isRunning(pids.guard), patienceMs)).toBe(
      true,
    );
  });
});

async function guardOf(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
