import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '@modelbridge/testing-kit';

const fixture = fileURLToPath(new URL('../../bundle/fixture.cjs', import.meta.url));

describe('startService', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function run(env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [fixture], {
      env: { PATH: process.env['PATH'], HTTP_PORT: '0', API_SECRET: 'given', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    const started = (): Promise<void> =>
      eventually(() => expect(output.stdout).toContain('"msg":"started"'));
    return { child, output, exited, started };
  }

  it('ends with 1 and names a secret that is missing or empty', async () => {
    for (const API_SECRET of [undefined, '']) {
      const { exited, output } = run({ API_SECRET });
      expect(await exited).toBe(1);
      await eventually(() => expect(output.stderr).toMatch(/API_SECRET is (missing|empty)/));
      expect(output.stderr).not.toContain('    at ');
    }
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux(
    'goes on where nothing of its log can be written, and counts what is dropped',
    async () => {
      const full = openSync('/dev/full', 'w');
      const port = await freePort();
      const child = spawn(process.execPath, [fixture], {
        env: { PATH: process.env['PATH'], HTTP_PORT: String(port), API_SECRET: 'given' },
        stdio: ['ignore', full, full, 'ipc'],
      });
      children.push(child);
      closeSync(full);
      await eventually(async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        expect(metrics).toMatch(/log_lines_dropped_total\{[^}]*\} [1-9]/);
      });
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  );

  it('drains and ends with 0 on SIGTERM', async () => {
    const { child, exited, output, started } = run({});
    await started();
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await eventually(() => expect(output.stdout).toContain('"msg":"stopped"'));
    expect(output.stdout).toContain('draining');
  });

  it('drains and ends with 1 when a part has failed for good, also while it is stopping', async () => {
    for (const isStopping of [false, true]) {
      const { child, exited, output, started } = run({ FIXTURE: isStopping ? 'wait' : undefined });
      await started();
      if (isStopping) {
        child.kill('SIGTERM');
        await eventually(() => expect(output.stdout).toContain('draining'));
      }
      child.send('fail');
      expect(await exited).toBe(1);
      await eventually(() => expect(output.stdout).toContain('"msg":"the disk is gone"'));
      expect(output.stdout).toContain('draining');
      expect(output.stdout).not.toContain('did not stop in time');
    }
  });

  it('stops when the parent that forked it is gone', async () => {
    const { child, exited, started } = run({});
    await started();
    child.disconnect();
    expect(await exited).toBe(0);
  });

  it('ends with 1 on a rejection that nobody handles', async () => {
    const { exited, output } = run({ FIXTURE: 'reject' });
    expect(await exited).toBe(1);
    await eventually(() => expect(output.stdout).toContain('a rejection was not handled'));
  });

  it('ends with 1 at its time limit where a part does not stop', async () => {
    const { child, exited, output, started } = run({ FIXTURE: 'hang' });
    await started();
    child.kill('SIGTERM');
    expect(await exited).toBe(1);
    await eventually(() => expect(output.stdout).toContain('did not stop in time'));
  });
});
