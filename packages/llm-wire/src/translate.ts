import { utf8 } from './bytes.js';
import { adaptTools } from './conversation/adapt-tools.js';
import { withoutBillingLines } from './conversation/billing-line.js';
import { pairCalls } from './conversation/call-pairs.js';
import { withTextFiles } from './conversation/media.js';
import { fieldName } from './conversation/field-names.js';
import { ReplyFold, WireReplyError, type Reply } from './conversation/reply.js';
import type { ReplyContext } from './conversation/reply-context.js';
import { WireRequestError, unsupported } from './conversation/request-error.js';
import type { ConversationRequest, Turn } from './conversation/request.js';
import { ReplyRestorer } from './conversation/restore-reply.js';
import type { Ignorable, UpstreamProfile } from './conversation/upstream-profile.js';
import { codecs } from './formats.js';
import { isObject, parseObject, type JsonObject } from './json.js';
import { echoOf } from './responses/request-echo.js';
import { checkRequest } from './shapes/request-shapes.js';
import { readUsage } from './usage/read-usage.js';
import type { ReportedUsage } from './usage/token-usage.js';
import type { FinishReason, WireFormat } from './wire-format.js';

export interface TranslatedRequest {
  body: Buffer;
  /** The caller's fields that the upstream does not get, for `x-modelbridge-ignored`. */
  ignored: string[];
  stream: boolean;
  context: ReplyContext;
}

/**
 * The request in the upstream's format. What the upstream lacks is left out and named where it is a
 * hint; what would change the answer throws `WireRequestError`. `body` must have passed `scanBody`.
 */
export function translateRequest(options: {
  from: WireFormat;
  body: Uint8Array;
  upstream: UpstreamProfile;
  /** The model's name as the caller knows it. */
  publicModel: string;
  /** Seconds since 1970, when asked for it. */
  now: () => number;
}): TranslatedRequest {
  const { from, upstream } = options;
  const object = parseObject(utf8(options.body));
  if (object === undefined) {
    throw new WireRequestError('', 'the body must be a JSON object', 'invalid_value');
  }
  const read = readInbound(from, object);
  refuse(read, from, upstream.format);
  const ignored = new Set(read.ignored);
  const ignore = (field: Ignorable): void => void ignored.add(fieldName(from, field));
  const turns = pairCalls(turnsFor(upstream, read.turns, ignored), ignore);
  const request = { ...read, turns };
  const adapted = adaptTools(withoutSampling(request, upstream, ignore), upstream, ignore);
  const body = codecs[upstream.format].writeRequest(adapted.request, upstream, ignore);
  return {
    body: Buffer.from(JSON.stringify(body)),
    ignored: [...ignored],
    stream: request.stream,
    context: {
      model: options.publicModel,
      includeUsage: request.includeUsage,
      freeformTools: adapted.freeformTools,
      outputTool: adapted.outputTool,
      prefill: upstream.dialect === 'vllm' ? prefillOf(turns) : undefined,
      callerTools: adapted.callerTools,
      inputKeys: adapted.inputKeys,
      echo: from === 'responses' ? echoOf(object) : {},
      created: options.now(),
      now: options.now,
    },
  };
}

function prefillOf(turns: Turn[]): string | undefined {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return undefined;
  const text = last.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return text === '' ? undefined : text;
}

function turnsFor({ format }: UpstreamProfile, turns: Turn[], ignored: Set<string>): Turn[] {
  if (format === 'messages') return turns;
  return withTextFiles(withoutBillingLines(turns, (name) => void ignored.add(name)));
}

function withoutSampling(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): ConversationRequest {
  if (upstream.sampling !== false) return request;
  if (request.temperature !== undefined && request.temperature !== 1) ignore('temperature');
  if (request.topP !== undefined && request.topP !== 1) ignore('topP');
  return { ...request, temperature: undefined, topP: undefined };
}

/** Cursor's agent sends the Responses API's `input` to the chat path and reads chat chunks back. */
function readInbound(from: WireFormat, body: JsonObject): ConversationRequest {
  const misplaced = from === 'chat' && !('messages' in body) && 'input' in body;
  if (!misplaced) {
    checkRequest(from, body);
    return codecs[from].readRequest(body);
  }
  const { stream_options: streamOptions, ...rest } = body;
  checkRequest('responses', rest);
  const request = codecs.responses.readRequest(rest);
  const includeUsage = isObject(streamOptions) && streamOptions['include_usage'] === true;
  return { ...request, includeUsage };
}

/** Log probabilities exist in OpenAI's formats alone, and their absence would be a different answer. */
function refuse(request: ConversationRequest, from: WireFormat, to: WireFormat): void {
  if (to === 'messages' && request.logprobs === true) {
    throw unsupported(fieldName(from, 'logprobs'), 'this model does not report them');
  }
}

export interface TranslatedReply {
  body: Buffer;
  usage: ReportedUsage | undefined;
  finishReason: FinishReason;
}

/** A whole reply in the caller's format. Throws `WireReplyError` where it cannot be read. */
export function translateReply(options: {
  /** The upstream's format. */
  from: WireFormat;
  to: WireFormat;
  body: Uint8Array;
  context: ReplyContext;
}): TranslatedReply {
  const { from, to, context } = options;
  const object = parseUpstream(options.body);
  const restorer = new ReplyRestorer(context);
  const fold = new ReplyFold();
  for (const event of codecs[from].readReply(object).flatMap((e) => restorer.restore(e))) {
    if (event.type === 'failed') throw new WireReplyError(event.error.message);
    fold.add(event);
  }
  const usage = readUsage(from, object['usage']);
  const reply = withoutPrefill(fold.result(usage), context);
  const body = Buffer.from(JSON.stringify(codecs[to].writeReply(reply, context)));
  return { body, usage, finishReason: reply.finishReason };
}

function withoutPrefill(reply: Reply, { prefill }: ReplyContext): Reply {
  const first = reply.parts.find((part) => part.kind === 'text');
  if (prefill === undefined || !first?.text.startsWith(prefill)) return reply;
  const text = first.text.slice(prefill.length);
  return {
    ...reply,
    parts: reply.parts.map((part) => (part === first ? { ...first, text } : part)),
  };
}

function parseUpstream(body: Uint8Array): JsonObject {
  const object = parseObject(utf8(body));
  if (object === undefined) throw new WireReplyError('the upstream did not answer in JSON');
  return object;
}
