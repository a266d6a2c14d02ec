import { eventsOf, type Reply } from '../conversation/reply.js';
import type { ReplyContext } from '../conversation/reply-context.js';
import { codecs } from '../formats.js';
import { parseObject, type JsonObject } from '../json.js';
import { StreamTranslator } from '../sse/stream-translator.js';
import { translateReply } from '../translate.js';
import type { WireFormat } from '../wire-format.js';
import { replyContext } from './contexts.js';

export interface UpstreamCall {
  name: string;
  input: string;
}

/** What a caller gets when the upstream calls these tools: the whole reply, and the frames of a stream. */
export function answerWithCalls(
  from: WireFormat,
  to: WireFormat,
  context: ReplyContext,
  calls: UpstreamCall[],
): { whole: JsonObject; frames: JsonObject[] } {
  const reply: Reply = {
    id: 'r',
    created: 1,
    parts: calls.map(({ name, input }, i) => ({
      kind: 'tool_call',
      id: `call_${i}`,
      name,
      input,
      freeform: false,
    })),
    finishReason: 'tool_calls',
    usage: undefined,
  };
  const body = Buffer.from(JSON.stringify(codecs[from].writeReply(reply, replyContext())));
  const whole = parseObject(translateReply({ from, to, body, context }).body.toString())!;
  const writer = codecs[from].replyWriter(replyContext());
  const stream = [...eventsOf(reply)].map((event) => writer.write(event, undefined)).join('');
  const translator = new StreamTranslator({ from, to, context });
  const sent = Buffer.concat([translator.push(Buffer.from(stream)), translator.end()]).toString();
  const data = sent.split('\n').filter((line) => line.startsWith('data: {'));
  return { whole, frames: data.map((line) => parseObject(line.slice('data: '.length))!) };
}
