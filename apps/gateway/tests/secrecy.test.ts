import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fs from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatChunk, chatReply, json, sendStream, streamHead } from './testing/stub-upstream.js';
import { providerKeys, TestGateway } from './testing/test-gateway.js';

const prompt = 'canary-prompt-5c1e';
const completion = 'canary-completion-77ab';

describe('what never leaves a request', () => {
  let gateway: TestGateway;
  let log = '';

  beforeAll(async () => {
    const write = fs.writeSync.bind(fs) as (...parameters: unknown[]) => number;
    jest
      .spyOn(fs, 'writeSync')
      .mockImplementation((fd: number, data: unknown, ...rest: unknown[]) => {
        if (fd !== 1) return write(fd, data, ...rest);
        const text = Buffer.isBuffer(data) ? data.toString() : String(data);
        log += text;
        return Buffer.byteLength(text);
      });
    gateway = await TestGateway.start({ LOG_LEVEL: 'trace' });
  });
  afterAll(async () => {
    await gateway.stop();
    jest.restoreAllMocks();
  });

  it('keeps keys, prompts and completions out of logs, metrics, events, the spool and errors', async () => {
    const { apiKey } = gateway.caller();
    const body = { model: 'gpt-5.4', messages: [{ role: 'user', content: prompt }], user: prompt };
    const providerKey = providerKeys.OPENAI_API_KEY;
    const answers: (typeof gateway.openai.answer)[] = [
      (res) => chatReply(res, completion),
      (res) =>
        json(res, 401, { error: { message: `bad key ${providerKey}`, type: 'x', code: 'y' } }),
      (res) => json(res, 429, { error: { message: `slow ${providerKey}`, type: 'x', code: 'y' } }),
      (res) =>
        json(res, 500, {
          error: { message: `boom ${providerKey} ${prompt}`, type: 'x', code: 'y' },
        }),
      (res) => json(res, 200, `{"half": "${completion}`),
      (res) => res.destroy(),
      (res) => sendStream(res, [chatChunk({ content: completion })]),
      (res) => {
        streamHead(res);
        res.write(chatChunk({ content: completion }), () => res.destroy());
      },
    ];
    const errors: string[] = [];
    for (const answer of answers) {
      gateway.openai.answer = answer;
      for (const stream of [false, true]) {
        const reply = await gateway.post(apiKey, JSON.stringify({ ...body, stream }));
        const text = await reply.text().catch(() => '');
        if (reply.status !== 200) errors.push(text);
        await gateway.record(reply.headers.get('x-request-id'));
      }
    }
    const bad = [
      JSON.stringify({ ...body, max_tokens: prompt }),
      `{"messages":[{"content":"${prompt}"`,
      JSON.stringify({ ...body, n: [prompt] }),
      JSON.stringify({ ...body, service_tier: prompt }),
    ];
    for (const text of bad) {
      const reply = await gateway.post(apiKey, text);
      expect(reply.status).toBe(400);
      errors.push(await reply.text());
    }
    errors.push(await (await gateway.post(`${apiKey}x`, JSON.stringify(body))).text());
    const spoolDir = String(gateway.service.env['SPOOL_DIR']);
    const seen = {
      log,
      metrics: await (await fetch(`${gateway.url}/metrics`)).text(),
      events: JSON.stringify(gateway.published),
      spool: contentsOf(spoolDir),
      errors: errors.join('\n'),
    };
    expect(log).toContain('refuses the platform’s own account');
    expect(seen.spool).toContain('gpt-5.4');
    for (const [where, text] of Object.entries(seen)) {
      for (const canary of [
        prompt,
        completion,
        apiKey,
        apiKey.slice(-38),
        ...Object.values(providerKeys),
      ]) {
        expect(text.includes(canary) ? `${canary} in ${where}` : '').toBe('');
      }
    }
  });
});

function contentsOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
