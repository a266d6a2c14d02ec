import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from './job.js';
import { WorkerPool } from './worker-pool.js';

/** A thread that answers, waits until it is told to go on, grows without end, or ends. */
const code = `
import { parentPort } from 'node:worker_threads';
const jobs = {
  grow: ({ body }) => { body[0] += 1; return { body }; },
  wait: ({ gate }) => { Atomics.wait(gate, 0, 0); return {}; },
  eat: () => { for (const kept = [];;) kept.push(new Array(1e5).fill({})); },
  end: () => process.exit(3),
};
parentPort.on('message', ({ job, input }) => {
  const done = jobs[job](input);
  parentPort.postMessage({ done }, done.body ? [done.body.buffer] : []);
});
`;

const job = <I extends object, O extends object>(name: string): Job<I, O> => ({
  name,
  run: () => {
    throw new Error('this is the wrong thread');
  },
});
const grow = job<{ body: Buffer }, { body: Buffer }>('grow');
const wait = job<{ gate: Int32Array }, object>('wait');
const eat = job<object, object>('eat');
const end = job<object, object>('end');
const of = (id: string) => ({ sharer: { accountId: id, keyId: id }, cost: 1 });

describe('WorkerPool', () => {
  let directory: string;
  let pool: WorkerPool;
  const start = (options: { threads?: number; mostMs?: number } = {}): WorkerPool => {
    const file = pathToFileURL(join(directory, 'test.worker.mjs'));
    const usual = { threads: 2, heapMib: 32, mostMs: 60_000, idleMs: 60_000 };
    return (pool = new WorkerPool({ file, ...usual, ...options }));
  };
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'workers-'));
    writeFileSync(join(directory, 'test.worker.mjs'), code);
  });
  afterEach(() => pool.close());
  afterAll(() => rmSync(directory, { recursive: true }));

  it('moves bytes there and back, and copies what is a part of other memory', async () => {
    start();
    const body = Buffer.alloc(1_000_000, 1);
    const out = await pool.run(grow, { body }, of('a'));
    expect(body.length).toBe(0);
    expect([out.body.length, out.body[0], out.body[1]]).toEqual([1_000_000, 2, 1]);
    expect(Buffer.isBuffer(out.body)).toBe(true);
    const part = Buffer.from('xyz').subarray(1);
    expect((await pool.run(grow, { body: part }, of('a'))).body.toString()).toBe('zz');
    expect(part.toString()).toBe('yz');
  });

  it('serves another account while one waits for its own work', async () => {
    start();
    const gate = new Int32Array(new SharedArrayBuffer(4));
    let served = 0;
    const note = (): void => void (served += 1);
    const own = [1, 2, 3].map(() => pool.run(wait, { gate }, of('slow')).then(note));
    await pool.run(grow, { body: Buffer.from('a') }, of('quick'));
    expect(served).toBe(0);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await Promise.all(own);
  });

  it.each([
    ['memory', eat],
    ['crash', end],
  ])('outlives a thread that ends: %s', async (why, job) => {
    start({ threads: 1 });
    const broken = pool.run(job, {}, of('a'));
    const next = pool.run(grow, { body: Buffer.from('a') }, of('a'));
    await expect(broken).rejects.toMatchObject({ why });
    expect((await next).body.toString()).toBe('b');
  });

  it('ends a thread that takes too long', async () => {
    start({ threads: 1, mostMs: 300 });
    const gate = new Int32Array(new SharedArrayBuffer(4));
    await expect(pool.run(wait, { gate }, of('a'))).rejects.toMatchObject({ why: 'time' });
  });

  it('does not begin what nobody wants any more', async () => {
    start({ threads: 1 });
    const refuse = (): Error => new Error('gone');
    await expect(pool.run(end, {}, { ...of('a'), refuse })).rejects.toThrow('gone');
    const next = await pool.run(grow, { body: Buffer.from('a') }, of('a'));
    expect(next.body.toString()).toBe('b');
  });
});
