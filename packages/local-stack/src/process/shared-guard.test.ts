import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { guardsNaming } from './guarded-process.js';
import { poll } from './poll.js';
import { isRunning } from './process-info.js';
import { SharedGuard } from './shared-guard.js';

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

/** A process that has a guard start two servers, prints the pids of all three and goes on. */
const PARENT = `
  const guard = require('node:child_process').spawn(process.execPath, [process.argv[1], '{"purpose":"a test"}'],
    { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const pids = [guard.pid];
  guard.on('message', ({ started }) => pids.push(started) === 3 && console.log(JSON.stringify(pids)));
  for (const id of [1, 2]) guard.send({ id, server: JSON.parse(process.argv[2]) });
`;

describe('SharedGuard', () => {
  it('stops one of its servers when asked, reports another that dies, and leaves the third', async () => {
    const guard = new SharedGuard('shared-guard.test');
    const servers = await Promise.all([guard.run(SLEEP), guard.run(SLEEP), guard.run(SLEEP)]);
    const [stopped, killed, left] = servers;
    expect(guardsNaming('shared-guard.test')).toHaveLength(1);
    await stopped.stop();
    process.kill(killed.pid, 'SIGKILL');
    expect(await stopped.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(servers.map(({ pid }) => isRunning(pid))).toEqual([false, false, true]);
    await expect(guard.run({ ...SLEEP, command: '/no/such/program' })).rejects.toThrow(
      /could not be started/,
    );
    await guard.end();
    expect(await left.exited).toEqual({ code: null, signal: null });
    expect(isRunning(left.pid)).toBe(false);
    expect(guardsNaming('shared-guard.test')).toEqual([]);
  });

  it('leaves no server behind when it is killed', async () => {
    const guard = new SharedGuard('killed in shared-guard.test');
    const servers = await Promise.all([guard.run(SLEEP), guard.run(SLEEP)]);
    const [pid = 0] = guardsNaming('killed in shared-guard.test');
    process.kill(pid, 'SIGKILL');
    for (const server of servers) {
      await server.exited;
      expect(isRunning(server.pid)).toBe(false);
    }
    await expect(guard.run(SLEEP)).rejects.toThrow(/could not be started/);
  });

  it('leaves nothing behind when the process that started it is killed with SIGKILL', async () => {
    const parent = spawn(process.execPath, ['-e', PARENT, GUARD, JSON.stringify(SLEEP)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = await new Promise<number[]>((resolve) => {
      parent.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString()) as never));
    });
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    parent.kill('SIGKILL');
    expect(await poll(() => !pids.some(isRunning), patienceMs)).toBe(true);
  });
});
