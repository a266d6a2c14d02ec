import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReplyEvent } from './conversation/events.js';
import { ReplyFold, eventsOf, type Reply } from './conversation/reply.js';
import type { ConversationRequest, Turn } from './conversation/request.js';
import { codecs } from './formats.js';
import { parseObject } from './json.js';
import { SseParser } from './sse/sse-parser.js';
import { replies, requests, usages } from './testing/arbitraries.js';
import { replyContext } from './testing/contexts.js';
import type { ReportedUsage } from './usage/token-usage.js';
import { readUsage } from './usage/read-usage.js';
import type { WireFormat } from './wire-format.js';

const FORMATS: WireFormat[] = ['chat', 'responses', 'messages'];

function fold(events: Iterable<ReplyEvent>): Reply {
  const folded = new ReplyFold();
  for (const event of events) folded.add(event);
  return folded.result(undefined);
}

function streamed(format: WireFormat, reply: Reply, usage: ReportedUsage) {
  const writer = codecs[format].replyWriter(replyContext());
  const text = [...eventsOf(reply)].map((event) => writer.write(event, usage)).join('');
  const parser = new SseParser();
  const reader = codecs[format].replyReader();
  const events = parser.push(Buffer.from(text)).flatMap((event) => reader.read(event));
  return { reply: fold([...events, ...reader.end()]), usage: reader.usage };
}

/** What a format adds to or leaves out of a reply's head. */
function body(reply: Reply): Partial<Reply> {
  const { parts, finishReason } = reply;
  return { parts, finishReason };
}

describe.each(FORMATS)('a %s reply', (format) => {
  it('survives being streamed and read', () => {
    fc.assert(
      fc.property(replies, usages, (reply, usage) => {
        const back = streamed(format, reply, usage);
        expect(body(back.reply)).toEqual(body(reply));
        expect(back.usage).toMatchObject(usage);
      }),
    );
  });

  it('is the same whole as streamed', () => {
    fc.assert(
      fc.property(replies, usages, (reply, usage) => {
        const written = codecs[format].writeReply({ ...reply, usage }, replyContext());
        const whole = parseObject(JSON.stringify(written))!;
        expect(fold(codecs[format].readReply(whole))).toEqual(streamed(format, reply, usage).reply);
        expect(readUsage(format, whole['usage'])).toMatchObject(usage);
      }),
    );
  });
});

function normal(request: ConversationRequest): ConversationRequest {
  return { ...request, ignored: [], turns: merged(request.turns) };
}

/** Formats split and join the turns of one speaker in their own ways. */
function merged(turns: Turn[]): Turn[] {
  const out: Turn[] = [];
  for (const { role, parts } of turns) {
    const last = out.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else out.push({ role, parts: [...parts] });
  }
  return out;
}

describe.each(FORMATS)('a %s request', (format) => {
  it('keeps every field that all formats can say, there and back', () => {
    const upstream = { format, model: 'up', maxOutputTokens: 4_096, dialect: 'vllm' } as const;
    const ignored: string[] = [];
    fc.assert(
      fc.property(requests, (request) => {
        const written = codecs[format].writeRequest(request, upstream, (f) => ignored.push(f));
        const back = codecs[format].readRequest(parseObject(JSON.stringify(written))!);
        const expected = { ...request, includeUsage: format === 'chat' ? request.stream : true };
        const strictness = format === 'responses' ? { strict: false } : {};
        expected.tools = request.tools.map((tool) => ({ ...tool, ...strictness }));
        expect(normal(back)).toEqual(normal(expected));
      }),
      { numRuns: 300 },
    );
    expect(ignored).toEqual([]);
  });
});
