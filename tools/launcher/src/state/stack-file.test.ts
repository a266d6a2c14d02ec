import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readStackFile, type StackDescription } from '@modelbridge/ops';
import { StackFile } from './stack-file.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelbridge-test-'));
  path = join(directory, 'stack.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function description(pid: number): StackDescription {
  return {
    gateway: 'http://127.0.0.1:4000',
    gateways: ['http://127.0.0.1:4000'],
    dashboard: 'http://127.0.0.1:4020',
    sandbox: 'http://127.0.0.1:4021',
    postgres: 'postgres://127.0.0.1:4022/postgres',
    nats: 'nats://127.0.0.1:4023',
    apiKey: 'mb_live_x',
    account: { userId: 'user_x', email: 'demo@modelbridge.local', accountId: 'acct_x' },
    grpc: { auth: '127.0.0.1:4030' },
    tls: { ca: '/x/ca.crt', certificate: '/x/ops-admin.crt', key: '/x/ops-admin.key' },
    staff: { tls: {} as StackDescription['staff']['tls'], reason: 'a test' },
    pids: { gateway: pid },
  };
}

describe('stack.json', () => {
  it('is readable by its owner alone and holds the last description', async () => {
    const file = new StackFile(path);
    await Promise.all([file.write(description(1)), file.write(description(2))]);
    expect((await readStackFile(path))?.pids).toEqual({ gateway: 2 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['stack.json']);
  });

  it('is always whole for a reader', async () => {
    const file = new StackFile(path);
    await file.write(description(0));
    const writes = Promise.all(
      Array.from({ length: 50 }, (_, index) => file.write(description(index))),
    );
    for (let read = 0; read < 50; read += 1) expect(await readStackFile(path)).toBeDefined();
    await writes;
  });

  it('is written again after a write that failed, as on a full disk', async () => {
    const file = new StackFile(path);
    await rm(directory, { recursive: true });
    await writeFile(directory, '');
    await expect(file.write(description(1))).rejects.toThrow();
    await rm(directory);
    await file.write(description(2));
    expect((await readStackFile(path))?.pids).toEqual({ gateway: 2 });
  });

  it('stays removed when a write was still under way', async () => {
    const file = new StackFile(path);
    const writes = [file.write(description(1)), file.write(description(2))];
    await file.remove();
    await Promise.all(writes);
    await file.write(description(3));
    expect(await readdir(directory)).toEqual([]);
    expect(await readStackFile(path)).toBeUndefined();
  });
});
