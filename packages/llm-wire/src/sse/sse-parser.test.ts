import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_SSE_EVENT_BYTES } from '../bounds.js';
import { chunked, singleBytes } from '../testing/chunks.js';
import { SseLimitError, SseParser, type SseEvent } from './sse-parser.js';

function parse(chunks: Uint8Array[]): SseEvent[] {
  const parser = new SseParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

const lines = fc.constantFrom(
  'data: {"a":"é😀"}',
  'data:x',
  'data',
  'event: ping',
  'event:error',
  ': a comment',
  'id: 7',
  'retry: 10',
  'junk',
  '',
  '',
);
const endings = fc.constantFrom('\n', '\r\n', '\r');

describe('SseParser', () => {
  it('gives the same events however the bytes are cut', () => {
    const streams = fc
      .array(fc.tuple(lines, endings), { maxLength: 40 })
      .map((parts) => Buffer.from(parts.map(([line, ending]) => line + ending).join('')));
    fc.assert(
      fc.property(
        streams.chain((bytes) => fc.tuple(fc.constant(bytes), chunked(bytes))),
        ([bytes, chunks]) => {
          const whole = parse([bytes]);
          expect(parse(chunks)).toEqual(whole);
          expect(parse(singleBytes(bytes))).toEqual(whole);
        },
      ),
    );
  });

  it('joins data lines, drops comments and a byte order mark, and takes any line ending', () => {
    for (const ending of ['\n', '\r\n', '\r']) {
      const text = ['\ufeff: hi', 'event: e', 'data: 1', 'data: 2', '', 'data: [DONE]', '', ''];
      expect(parse([Buffer.from(text.join(ending))])).toEqual([
        { event: 'e', data: '1\n2' },
        { event: '', data: '[DONE]' },
      ]);
    }
  });

  it('gives an event whose blank line never came', () => {
    expect(parse([Buffer.from('data: last')])).toEqual([{ event: '', data: 'last' }]);
  });

  it('refuses an event without end', () => {
    const parser = new SseParser();
    const chunk = Buffer.alloc(1024 * 1024, 'a');
    const push = () => {
      for (let i = 0; i <= MAX_SSE_EVENT_BYTES / chunk.length; i++) parser.push(chunk);
    };
    expect(push).toThrow(SseLimitError);
  });
});
