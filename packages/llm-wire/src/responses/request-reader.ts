import { effortOf } from '../conversation/efforts.js';
import { Fields } from '../conversation/fields.js';
import { unknownKeys } from '../conversation/ignored-keys.js';
import { invalid, unsupported } from '../conversation/request-error.js';
import type {
  ConversationRequest,
  Effort,
  OutputFormat,
  ReasoningRequest,
} from '../conversation/request.js';
import { jsonOutput } from '../conversation/json-output.js';
import { present, type JsonObject } from '../json.js';
import { DeclaredTools } from './declared-tools.js';
import { readTurns } from './request-items.js';

const KNOWN = new Set(
  (
    'model input instructions stream tools tool_choice parallel_tool_calls max_output_tokens temperature ' +
    'top_p top_logprobs reasoning text user metadata service_tier prompt_cache_key include store ' +
    'previous_response_id conversation prompt background stream_options truncation'
  ).split(' '),
);
/** What these name is held at the provider, under a key that all callers share. */
const STATEFUL = ['previous_response_id', 'conversation', 'prompt'];
const LOGPROBS = 'message.output_text.logprobs';
/** Always asked for: without it a stateless caller could not continue. */
const ENCRYPTED = 'reasoning.encrypted_content';

/** Reads a body of `POST /v1/responses`. Throws `WireRequestError`. */
export function readResponsesRequest(object: JsonObject): ConversationRequest {
  const body = new Fields(object);
  for (const key of STATEFUL) {
    if (body.has(key)) throw unsupported(key, 'send the whole conversation as input');
  }
  if (body.boolean('background')) throw unsupported('background', 'wait for the reply');
  const ignored = unknownKeys(object, KNOWN);
  if (body.boolean('store')) ignored.push('store');
  if ((body.string('truncation') ?? 'disabled') !== 'disabled') ignored.push('truncation');
  const include = body.array('include') ?? [];
  for (const name of include) {
    if (name !== LOGPROBS && name !== ENCRYPTED) ignored.push(`include.${String(name)}`);
  }
  const text = body.child('text');
  const declared = new DeclaredTools(body, ignored);
  return present<ConversationRequest>({
    turns: readTurns(body, declared, ignored),
    tools: declared.tools,
    toolChoice: declared.choice(body),
    parallelToolCalls: body.boolean('parallel_tool_calls'),
    maxOutputTokens: body.integer('max_output_tokens', 1),
    temperature: body.number('temperature', 0, 2),
    topP: body.number('top_p', 0, 1),
    logprobs: include.includes(LOGPROBS) ? true : undefined,
    topLogprobs: body.integer('top_logprobs', 0),
    reasoning: readReasoning(body.child('reasoning'), lastUpdate(body, 'reasoning')),
    format: readFormat(lastUpdate(body, 'text') ?? text),
    verbosity: text?.string('verbosity'),
    user: body.string('user'),
    metadata: body.child('metadata')?.object,
    serviceTier: body.string('service_tier'),
    promptCacheKey: body.string('prompt_cache_key'),
    stream: body.boolean('stream') ?? false,
    includeUsage: true,
    ignored,
  });
}

/** What the last item that configures this says, which counts from there on. */
function lastUpdate(body: Fields, name: string): Fields | undefined {
  const items = Array.isArray(body.raw('input')) ? body.objects('input') : [];
  return items
    .filter((item) => item.raw('type') === 'configuration_update' && item.has(name))
    .at(-1)
    ?.child(name);
}

function readReasoning(
  asked: Fields | undefined,
  update: Fields | undefined,
): ReasoningRequest | undefined {
  if (asked === undefined && update === undefined) return undefined;
  const effort = readEffort(update) ?? readEffort(asked);
  const visible = asked?.has('summary') || undefined;
  return present<ReasoningRequest>({ effort, visible });
}

function readEffort(reasoning: Fields | undefined): Effort | undefined {
  const asked = reasoning?.string('effort');
  if (reasoning === undefined || asked === undefined) return undefined;
  const effort = effortOf(asked);
  if (effort !== undefined) return effort;
  throw invalid(reasoning.param('effort'), 'one of none, minimal, low, medium, high, xhigh');
}

function readFormat(text: Fields | undefined): OutputFormat | undefined {
  const format = text?.child('format');
  const type = format?.string('type');
  if (format === undefined || type === 'text') return undefined;
  if (type === 'json_object') return jsonOutput(format);
  const schema = format.child('schema')?.object;
  if (type !== 'json_schema' || schema === undefined) {
    throw invalid('text.format', 'text, json_object, or json_schema with a schema');
  }
  return present<OutputFormat>({
    type,
    name: format.string('name') ?? 'output',
    schema,
    strict: format.boolean('strict') ?? false,
    description: format.string('description'),
  });
}
