import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Shutdown } from '@modelbridge/service-kit/process';
import { RoomWatch } from '@modelbridge/service-kit/room';
import { eventually } from '@modelbridge/testing-kit';
import { closeFacts, openFacts } from '../src/spool/testing/facts.js';
import { Spool, SpoolFullError, type SpoolEntry } from '../src/spool/spool.js';
import { fileMethods } from '../src/spool/testing/file-methods.js';
import { chatChunk, chatReply, streamHead } from './testing/stub-upstream.js';
import { TestGateway } from './testing/test-gateway.js';

const chat = (stream: boolean): string =>
  JSON.stringify({ model: 'gpt-5.4', stream, messages: [{ role: 'user', content: 'Say hello' }] });

const readiness = async (url: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
};

/** A gateway in a process of its own, beside one in this process whose services it shares. */
class GatewayProcess {
  private readonly diskFails = join(mkdtempSync(join(tmpdir(), 'disk-')), 'fails');
  readonly spoolDir = mkdtempSync(join(tmpdir(), 'spool-'));
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcess;
  private output = '';

  constructor(env: NodeJS.ProcessEnv) {
    const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
    this.child = spawn(
      process.execPath,
      ['--import', path('../fixtures/failing-disk.mjs'), path('../bundle/main.cjs')],
      {
        env: { ...env, LOG_LEVEL: 'info', SPOOL_DIR: this.spoolDir, FAILING_DISK: this.diskFails },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exitCode = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Its URL, once it is ready. */
  ready(): Promise<string> {
    return eventually(async () => {
      const [, port] = /"httpPort":(\d+)/.exec(this.output) ?? [];
      const url = `http://127.0.0.1:${port}`;
      expect(await readiness(url)).toEqual({ status: 200, body: { status: 'ok' } });
      return url;
    });
  }

  get log(): string {
    return this.output;
  }

  failDisk(): void {
    writeFileSync(this.diskFails, '');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

describe('a gateway whose spool has no room', () => {
  let gateway: TestGateway;
  let spool: Spool;

  beforeAll(async () => {
    gateway = await TestGateway.start({ SPOOL_MAX_BYTES: String(1024 ** 2) });
    spool = gateway.service.running.app.get(Spool, { strict: false });
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => gateway.stop());

  it('is not ready for want of it while a request would be refused', async () => {
    const entries: SpoolEntry[] = [];
    const fill = (): void => {
      for (let more = 0; more < 1_000; more++) entries.push(spool.begin(openFacts()));
    };
    await eventually(() => {
      expect(fill).toThrow(SpoolFullError);
      expect(spool.figures.bytes).toBeGreaterThan(0.75 * 1024 ** 2);
    });
    expect(await readiness(gateway.url)).toEqual({
      status: 503,
      body: { status: 'unavailable', failing: ['spool'] },
    });
    for (const entry of entries) entry.close(closeFacts());
    await eventually(async () => expect((await readiness(gateway.url)).status).toBe(200));
  });

  it('says so, and is not ready, before its disk is full', async () => {
    jest.spyOn(fs, 'statfs').mockResolvedValue({ bsize: 4096, bavail: 255 } as never);
    expect(await readiness(gateway.url)).toEqual({
      status: 503,
      body: { status: 'unavailable', failing: ['spool room'] },
    });
    await gateway.service.running.app.get(RoomWatch).look();
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    for (const watermark of ['low', 'least']) {
      expect(metrics).toContain(`{volume="spool",watermark="${watermark}",service="gateway"} 1`);
    }
    expect(metrics).toContain(`volume_room_bytes{volume="spool",service="gateway"} ${255 * 4096}`);
  });
});

describe('a gateway whose disk fails', () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function startGateway(env: NodeJS.ProcessEnv = {}): Promise<TestGateway> {
    const gateway = await TestGateway.start(env);
    stops.push(() => gateway.stop());
    return gateway;
  }

  it('refuses requests, is not ready for want of its spool, and has itself ended', async () => {
    const gateway = await startGateway();
    const { apiKey } = gateway.caller();
    // With money at hand: a grant that takes long refuses a request too.
    await eventually(async () =>
      expect((await gateway.post(apiKey, chat(false))).status).toBe(200),
    );
    jest.spyOn(await fileMethods(), 'datasync').mockRejectedValueOnce(new Error('EIO'));
    for (const _first of [true, false]) {
      const refused = await gateway.post(apiKey, chat(false));
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ error: { code: 'usage_not_recorded' } });
    }
    expect(await readiness(gateway.url)).toEqual({
      status: 503,
      body: { status: 'unavailable', failing: ['spool'] },
    });
    const { reason } = await gateway.service.running.app.get(Shutdown).failure;
    expect(reason).toBe('the spool can no longer be written');
  });

  it('ends, and the next one adopts its spool and settles what it delivered', async () => {
    const gateway = await startGateway();
    const { apiKey } = gateway.caller();
    let reply: ServerResponse | undefined;
    gateway.openai.answer = (res, { json }) => {
      if (json['stream'] !== true) return chatReply(res);
      reply = res;
      streamHead(res);
      res.write(chatChunk({ role: 'assistant', content: 'one two three' }));
    };
    const failing = new GatewayProcess(gateway.service.env);
    stops.push(() => failing.kill());
    const url = await failing.ready();
    const post = (stream: boolean): Promise<Response> =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: chat(stream),
      });
    const delivered = await post(true);
    const reader = delivered.body?.getReader();
    await reader?.read();
    failing.failDisk();
    const refused = await post(false);
    expect(refused.status).toBe(503);
    reply?.end();
    // Its CLOSE is not kept: the stream ends without its last bytes.
    await expect(
      (async () => {
        while (!(await reader?.read())?.done);
      })(),
    ).rejects.toThrow();
    expect(await failing.exitCode).toBe(1);
    expect(failing.log).toContain('the spool can no longer be written');

    const next = await startGateway({ SPOOL_DIR: failing.spoolDir });
    expect(await next.record(delivered.headers.get('x-request-id'))).toMatchObject({
      outcome: 'crashed',
      estimated: true,
    });
    expect(await next.record(refused.headers.get('x-request-id'))).toMatchObject({
      outcome: 'crashed',
      costNanoUsd: '0',
    });
  });
});
