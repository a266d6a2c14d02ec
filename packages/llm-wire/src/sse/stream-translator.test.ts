import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiError } from '../errors/api-error.js';
import { chunked, singleBytes } from '../testing/chunks.js';
import { replyContext } from '../testing/contexts.js';
import { readWithClient } from '../testing/official-clients.js';
import { SAMPLE_STREAMS, cutShort } from '../testing/sample-streams.js';
import type { WireFormat } from '../wire-format.js';
import { StreamTranslator } from './stream-translator.js';

const FORMATS: WireFormat[] = ['chat', 'responses', 'messages'];
const DIRECTIONS = FORMATS.flatMap((from) => FORMATS.map((to) => ({ from, to })));
const DONE = { chat: 'tool_calls', responses: 'completed', messages: 'tool_use' };
const TERMINAL = {
  chat: /data: \[DONE\]/g,
  responses: /event: response\.(completed|incomplete|failed)/g,
  messages: /event: (message_stop|error)/g,
};

function translate(
  chunks: Uint8Array[],
  from: WireFormat,
  to: WireFormat,
  context = replyContext(),
) {
  const translator = new StreamTranslator({ from, to, context });
  const out = [...chunks.map((chunk) => translator.push(chunk)), translator.end()];
  return { bytes: Buffer.concat(out), progress: translator.progress };
}

describe.each(DIRECTIONS)('a stream from $from to $to', ({ from, to }) => {
  const sample = SAMPLE_STREAMS[from];

  it('is read in full by the official client', async () => {
    const { bytes } = translate([sample], from, to);
    expect(await readWithClient(to, bytes)).toEqual({
      text: 'Grüße',
      calls: [
        { name: 'f', input: { x: 1 } },
        { name: 'g', input: {} },
      ],
      reason: DONE[to],
      inputTokens: 100,
      outputTokens: 20,
    });
    expect(bytes.toString()).toContain('Think.');
  });

  it('is the same however the bytes are cut', () => {
    const whole = translate([sample], from, to);
    expect(translate(singleBytes(sample), from, to)).toEqual(whole);
    fc.assert(
      fc.property(chunked(sample), (chunks) => {
        expect(translate(chunks, from, to)).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it('reports the usage that the upstream reported, and ends once', () => {
    const { bytes, progress } = translate([sample, sample], from, to);
    expect(progress).toMatchObject({
      usage: { inputTokens: 60, cacheReadTokens: 40, outputTokens: 20 },
      usageFinal: true,
      finishReason: 'tool_calls',
      outcome: 'completed',
    });
    expect(bytes.toString().match(TERMINAL[to])).toHaveLength(1);
  });

  it('makes the official client throw when the upstream breaks off', async () => {
    const { bytes, progress } = translate([cutShort(from)], from, to);
    expect(progress).toMatchObject({ outcome: 'cut', usageFinal: false });
    await expect(readWithClient(to, bytes)).rejects.toThrow('before the reply was complete');
  });

  it('makes the official client throw when the stream is given up', async () => {
    const translator = new StreamTranslator({ from, to, context: replyContext() });
    const begun = translator.push(cutShort(from));
    const frame = translator.fail(apiError(504, 'server_error', 'took too long'));
    expect(translator.push(sample)).toHaveLength(0);
    expect(translator.end()).toHaveLength(0);
    await expect(readWithClient(to, Buffer.concat([begun, frame]))).rejects.toThrow(
      'took too long',
    );
  });
});

const UPSTREAM_ERRORS: Readonly<Record<WireFormat, string>> = {
  chat: 'data: {"error":{"message":"the engine died","type":"server_error","code":null}}\n\n',
  messages:
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"the engine died"}}\n\n',
  responses:
    'event: response.failed\ndata: {"type":"response.failed","response":{"error":{"code":"server_error","message":"the engine died"}}}\n\n',
};

describe.each(DIRECTIONS)('an upstream error in a stream from $from to $to', ({ from, to }) => {
  it('reaches the client with its wording', async () => {
    const failing = Buffer.concat([cutShort(from), Buffer.from(UPSTREAM_ERRORS[from])]);
    const { bytes, progress } = translate([failing], from, to);
    expect(progress).toMatchObject({ outcome: 'failed', error: { message: 'the engine died' } });
    await expect(readWithClient(to, bytes)).rejects.toThrow('the engine died');
  });
});

describe('StreamTranslator', () => {
  it('leaves the usage chunk out for a chat caller who did not ask for it', () => {
    const { bytes } = translate(
      [SAMPLE_STREAMS.messages],
      'messages',
      'chat',
      replyContext({ includeUsage: false }),
    );
    expect(bytes.toString()).not.toContain('usage');
  });

  it('does not let Anthropic blocks overlap when a chat upstream interleaves its calls', () => {
    const call = (index: number, rest: object) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index, ...rest }] }, finish_reason: null }],
    });
    const chunks = [
      call(0, { id: 'functions.f:0', function: { name: 'f', arguments: '{"a"' } }),
      call(1, { id: 'functions.g:1', function: { name: 'g', arguments: '{"b"' } }),
      call(0, { function: { arguments: ':1}' } }),
      call(1, { function: { arguments: ':2}' } }),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ];
    const text = chunks
      .map((c) => `data: ${typeof c === 'string' ? c : JSON.stringify(c)}\n\n`)
      .join('');
    const out = translate([Buffer.from(text)], 'chat', 'messages').bytes.toString();
    const order = [...out.matchAll(/"type":"(content_block_st\w+)","index":(\d)/g)];
    expect(order.map(([, type, index]) => `${type} ${index}`)).toEqual([
      'content_block_start 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_stop 1',
    ]);
    expect(out).toContain('"stop_reason":"tool_use"');
    expect(out).toMatch(/"id":"[a-zA-Z0-9_-]+","name":"f"/);
  });

  it('streams the calls of a freeform tool as raw text', () => {
    const context = replyContext({ freeformTools: new Set(['f']) });
    const call = (delta: object) =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
    const patch = '*** Begin "Patch"\n+ é😀 \\ end';
    const json = JSON.stringify({ input: patch });
    const pieces = json.match(/.{1,3}/gsu) ?? [];
    const bytes = Buffer.from(
      call({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }) +
        pieces
          .map((p) => call({ tool_calls: [{ index: 0, function: { arguments: p } }] }))
          .join('') +
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n',
    );
    const out = translate([bytes], 'chat', 'responses', context).bytes.toString();
    expect(out.match(/event: response\.custom_tool_call_input\.delta/g)!.length).toBeGreaterThan(5);
    expect(out).toContain(`"type":"custom_tool_call","input":${JSON.stringify(patch)}`);
  });

  it('never ends in tool_calls without a call', () => {
    const text = SAMPLE_STREAMS.messages.toString().replaceAll('"tool_use"', '"unheard_of"');
    const out = translate([Buffer.from(text)], 'messages', 'chat').bytes.toString();
    expect(out).toContain('"finish_reason":"stop"');
  });

  it('gives the input of the structured output tool as text', async () => {
    const context = replyContext({ outputTool: 'g' });
    const text = SAMPLE_STREAMS.messages.toString().replace('"name":"f"', '"name":"g"');
    const { bytes, progress } = translate([Buffer.from(text)], 'messages', 'chat', context);
    expect(progress.finishReason).toBe('stop');
    expect((await readWithClient('chat', bytes)).text).toContain('{"x":1}');
  });
});
