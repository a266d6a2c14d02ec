import { describe, expect, it } from '@jest/globals';
import { replyContext } from '../testing/contexts.js';
import { translateReply } from '../translate.js';
import { chatReplyFacts } from '../chat/whole-reply-facts.js';
import { readReplyFacts } from '../usage/reply-facts.js';
import type { WireFormat } from '../wire-format.js';
import { StreamTail } from './stream-tail.js';
import { StreamTranslator } from './stream-translator.js';

const FORMATS: WireFormat[] = ['chat', 'responses', 'messages'];

const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const done = 'data: [DONE]\n\n';
const started = `event: message_start\ndata: ${JSON.stringify({
  type: 'message_start',
  message: { id: 'msg_1', usage: { input_tokens: 3, output_tokens: 1 } },
})}\n\n`;
const stopped = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

const BROKEN: Array<[string, WireFormat, string]> = [
  ['[DONE] and nothing else', 'chat', done],
  ['[DONE] without a reason', 'chat', chunk({ content: 'abc' }) + done],
  ['an aborted engine', 'chat', chunk({ content: 'abc' }) + chunk({}, 'abort') + done],
  ['vLLM’s bare error', 'chat', `data: {"object":"error","message":"boom","code":500}\n\n${done}`],
  ['no message_delta', 'messages', started + stopped],
];

describe('a stream that ends without its reason', () => {
  it.each(BROKEN)('is broken natively: %s', (_, format, text) => {
    const tail = new StreamTail({ format, requestId: 'req_mine' });
    const out = tail.push(Buffer.from(text)).toString() + tail.end().toString();
    expect(tail.progress.outcome).toBe('failed');
    expect(out).toMatch(format === 'chat' ? /data: \{"error":\{[^\n]*\}\n\n$/ : /req_mine"\}\n\n$/);
    expect(out).not.toMatch(/\[DONE\]|message_stop|"abort"/);
    expect(out.includes('abc')).toBe(text.includes('abc'));
  });

  it.each(BROKEN)('is broken in every other format: %s', (_, from, text) => {
    for (const to of FORMATS) {
      const translator = new StreamTranslator({ from, to, context: replyContext() });
      const out = translator.push(Buffer.from(text)).toString() + translator.end().toString();
      expect(translator.progress.outcome).toBe('failed');
      expect(out).toContain('"error"');
      expect(out).not.toMatch(/message_stop|response\.completed|"finish_reason":"/);
    }
  });

  it('names the caller’s request in an error of Anthropic’s', () => {
    const frame =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"req_theirs"}\n\n';
    const tail = new StreamTail({ format: 'messages', requestId: 'req_mine' });
    const out = tail.push(Buffer.from(started + frame)).toString();
    expect(out).toContain('"request_id":"req_mine"');
    expect(out).not.toContain('req_theirs');
    expect(out).toContain('busy');
  });
});

const usage = { prompt_tokens: 3, completion_tokens: 4 };
const chatReply = (choice: object): object => ({
  id: 'c',
  choices: [{ index: 0, message: { role: 'assistant', content: 'abc' }, ...choice }],
  usage,
});

describe('a whole reply that is none', () => {
  it.each<[string, WireFormat, object]>([
    ['an error of chat', 'chat', { error: { message: 'boom', code: 500 } }],
    ['an error beside a reply', 'chat', { ...chatReply({ finish_reason: 'stop' }), error: 'boom' }],
    ['vLLM’s bare error', 'chat', { object: 'error', message: 'boom', code: 500 }],
    ['no choices', 'chat', { id: 'c', choices: [], usage }],
    ['no message', 'chat', chatReply({ finish_reason: 'stop', message: null })],
    ['nothing of a message', 'chat', chatReply({ finish_reason: 'stop', message: undefined })],
    ['no reason', 'chat', chatReply({ finish_reason: null })],
    ['an aborted engine', 'chat', chatReply({ finish_reason: 'abort' })],
    ['an error of Responses', 'responses', { error: { message: 'boom' } }],
    ['a failed response', 'responses', { status: 'failed', output: [], error: { message: 'b' } }],
    ['a queued response', 'responses', { status: 'queued', output: [], usage: null }],
    ['an error of Messages', 'messages', { type: 'error', error: { message: 'boom' } }],
    ['a message without its reason', 'messages', { type: 'message', content: [] }],
  ])('is refused: %s', (_, from, body) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const facts = from === 'chat' ? chatReplyFacts(bytes) : readReplyFacts(from, bytes);
    expect(facts).toBeUndefined();
    for (const to of FORMATS.filter((format) => format !== from)) {
      expect(() => translateReply({ from, to, body: bytes, context: replyContext() })).toThrow();
    }
  });
});
