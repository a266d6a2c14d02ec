import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiError } from '../errors/api-error.js';
import { SAMPLE_STREAMS, cutShort } from '../testing/sample-streams.js';
import { chunked, singleBytes } from '../testing/chunks.js';
import type { WireFormat } from '../wire-format.js';
import { StreamTail } from './stream-tail.js';

const FORMATS: WireFormat[] = ['chat', 'responses', 'messages'];

function pass(chunks: Uint8Array[], format: WireFormat, stripUsage = false) {
  const tail = new StreamTail({ format, stripUsage });
  const out = [...chunks.map((chunk) => tail.push(chunk)), tail.end()];
  return { text: Buffer.concat(out).toString(), progress: tail.progress };
}

describe.each(FORMATS)('StreamTail on %s', (format) => {
  const bytes = SAMPLE_STREAMS[format];

  it('hands every byte on unchanged and reads the usage, however the bytes are cut', () => {
    fc.assert(
      fc.property(chunked(bytes), (chunks) => {
        const { text, progress } = pass(chunks, format);
        expect(text).toBe(bytes.toString());
        expect(progress).toMatchObject({
          usage: { inputTokens: 60, cacheReadTokens: 40, outputTokens: 20 },
          usageFinal: true,
          finishReason: 'tool_calls',
          outcome: 'completed',
          bytes: bytes.length,
        });
      }),
      { numRuns: 50 },
    );
    expect(pass(singleBytes(bytes), format).text).toBe(bytes.toString());
  });

  it.each(['\r\n', '\r'])('takes other line endings (%j)', (ending) => {
    const other = Buffer.from(bytes.toString().replaceAll('\n', ending));
    for (const chunks of [singleBytes(other), [other]]) {
      const { text, progress } = pass(chunks, format);
      expect(text).toBe(other.toString());
      expect(progress).toMatchObject({ outcome: 'completed', usageFinal: true });
    }
    const events = bytes.toString().match(/\n\n/g)!.length;
    expect(pass([other], format).progress.events).toBe(events);
  });

  it('ends a reply that was cut short with an error frame and never with a stop', () => {
    const { text, progress } = pass([cutShort(format)], format);
    expect(text.startsWith(cutShort(format).toString())).toBe(true);
    expect(text).toContain('before the reply was complete');
    expect(text).not.toContain('[DONE]');
    expect(progress).toMatchObject({ outcome: 'cut', usageFinal: false });
    expect(progress.estimatedOutputTokens).toBeGreaterThanOrEqual(4);
  });

  it('drops an event that the upstream did not finish', () => {
    const { text } = pass([cutShort(format), Buffer.from('data: {"half":')], format);
    expect(text).not.toContain('half');
  });

  it('writes one error frame when the stream is given up, and nothing after it', () => {
    const tail = new StreamTail({ format });
    tail.push(cutShort(format));
    const frame = tail.fail(apiError(504, 'server_error', 'took too long')).toString();
    expect(frame).toContain('took too long');
    expect(tail.push(bytes).length + tail.end().length).toBe(0);
    expect(tail.fail(apiError(504, 'server_error', 'again')).length).toBe(0);
    expect(tail.progress.bytes).toBe(cutShort(format).length + frame.length);
  });
});

describe('StreamTail', () => {
  const announced =
    'event: error\ndata: {"type":"error","error":{"code":"server_error","message":"the engine died"}}\n\n';
  const failed =
    'event: response.failed\ndata: {"type":"response.failed","response":{"error":{"code":"server_error","message":"the engine died"},"usage":{"input_tokens":9,"output_tokens":3}}}\n\n';

  it.each([
    ['at once', [announced + failed]],
    ['one by one', [announced, failed]],
  ])('hands on both events by which a Responses stream fails, %s', (_, chunks) => {
    const begun = cutShort('responses');
    const { text, progress } = pass(
      [begun, ...chunks.map((chunk) => Buffer.from(chunk))],
      'responses',
    );
    expect(text).toBe(begun.toString() + announced + failed);
    expect(progress).toMatchObject({
      outcome: 'failed',
      error: { message: 'the engine died' },
      usage: { inputTokens: 9, outputTokens: 3 },
      usageFinal: false,
    });
  });

  it('writes the event that ends a Responses stream where the upstream only announced its failure', () => {
    const { text, progress } = pass([cutShort('responses'), Buffer.from(announced)], 'responses');
    expect(text.match(/event: response\.failed/g)).toHaveLength(1);
    expect(text.match(/the engine died/g)).toHaveLength(3);
    expect(progress.outcome).toBe('failed');
  });

  it('takes the usage chunk away from a caller who did not ask for it, and only that', () => {
    const { text, progress } = pass([SAMPLE_STREAMS.chat], 'chat', true);
    expect(text).not.toContain('prompt_tokens');
    expect(text).toContain('[DONE]');
    expect(progress.usage?.outputTokens).toBe(20);
    const withChoices =
      'data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\ndata: [DONE]\n\n';
    const kept = pass([Buffer.from(withChoices)], 'chat', true);
    expect(kept.text).toBe(withChoices);
    expect(kept.progress.usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
  });

  it('adds the terminal event that an upstream left out after its reason', () => {
    const chat = pass(
      [Buffer.from('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n')],
      'chat',
    );
    expect(chat.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(chat.progress.outcome).toBe('completed');
    const text = SAMPLE_STREAMS.messages.toString();
    const unfinished = text.slice(0, text.indexOf('event: message_stop'));
    expect(pass([Buffer.from(unfinished)], 'messages').text).toBe(text);
  });

  it('waits for every choice that was asked for', () => {
    const ended = (index: number) =>
      Buffer.from(`data: {"choices":[{"index":${index},"delta":{},"finish_reason":"stop"}]}\n\n`);
    const two = (chunks: Buffer[]) => {
      const tail = new StreamTail({ format: 'chat', choices: 2 });
      for (const chunk of chunks) tail.push(chunk);
      tail.end();
      return tail.progress.outcome;
    };
    expect(two([ended(0)])).toBe('cut');
    expect(two([ended(0), ended(1)])).toBe('completed');
  });

  it('takes an upstream error for the end', () => {
    const chat = Buffer.from(
      'data: {"error":{"message":"boom","type":"server_error"}}\n\ndata: [DONE]\n\n',
    );
    const failed = pass([chat], 'chat');
    expect(failed.progress).toMatchObject({ outcome: 'failed', error: { message: 'boom' } });
    expect(failed.text).not.toContain('[DONE]');
    const overloaded =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n';
    expect(pass([Buffer.from(overloaded)], 'messages').progress).toMatchObject({
      outcome: 'failed',
      error: { status: 503, type: 'overloaded_error', message: 'busy' },
    });
  });

  it('is not misled by a model that writes protocol words', () => {
    const content = '"usage":{"prompt_tokens":1} [DONE] "finish_reason":"stop" event: error';
    const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: null }] };
    const { progress } = pass([Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)], 'chat');
    expect(progress).toMatchObject({ outcome: 'cut', usage: undefined, finishReason: undefined });
  });
});
