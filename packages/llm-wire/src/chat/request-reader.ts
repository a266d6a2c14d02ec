import { effortOf } from '../conversation/efforts.js';
import { Fields } from '../conversation/fields.js';
import { unknownKeys } from '../conversation/ignored-keys.js';
import { invalid, missing, unsupported } from '../conversation/request-error.js';
import type {
  ConversationRequest,
  OutputFormat,
  ReasoningRequest,
  Tool,
  ToolChoice,
} from '../conversation/request.js';
import { jsonOutput } from '../conversation/json-output.js';
import { uniqueTools } from '../conversation/unique-tools.js';
import { present, type JsonObject } from '../json.js';
import { askedEffort } from './asked-effort.js';
import { cacheControlOf, readTurns } from './request-turns.js';

const KNOWN = new Set(
  (
    'model messages top_k stream stream_options max_tokens max_completion_tokens temperature top_p top_k stop ' +
    'presence_penalty frequency_penalty logit_bias seed n logprobs top_logprobs reasoning_effort ' +
    'response_format verbosity user metadata service_tier prompt_cache_key tools tool_choice ' +
    'parallel_tool_calls thinking reasoning modalities audio functions function_call store'
  ).split(' '),
);

/** Reads a body of `POST /v1/chat/completions`. Throws `WireRequestError`. */
export function readChatRequest(object: JsonObject): ConversationRequest {
  const body = new Fields(object);
  refuse(body);
  const ignored = unknownKeys(object, KNOWN);
  if (body.boolean('store')) ignored.push('store');
  return present<ConversationRequest>({
    turns: readTurns(body),
    tools: readTools(body, ignored),
    toolChoice: readToolChoice(body),
    parallelToolCalls: body.boolean('parallel_tool_calls'),
    maxOutputTokens: body.integer('max_completion_tokens', 1) ?? body.integer('max_tokens', 1),
    temperature: body.number('temperature', 0, 2),
    topP: body.number('top_p', 0, 1),
    topK: readTopK(body),
    stop: readStop(body),
    presencePenalty: body.number('presence_penalty', -2, 2),
    frequencyPenalty: body.number('frequency_penalty', -2, 2),
    logitBias: body.child('logit_bias')?.object,
    seed: body.number('seed'),
    logprobs: body.boolean('logprobs'),
    topLogprobs: body.integer('top_logprobs', 0),
    reasoning: readReasoning(body, ignored),
    format: readFormat(body),
    verbosity: body.string('verbosity'),
    user: body.string('user'),
    metadata: body.child('metadata')?.object,
    serviceTier: body.string('service_tier'),
    promptCacheKey: body.string('prompt_cache_key'),
    stream: body.boolean('stream') ?? false,
    includeUsage: body.child('stream_options')?.boolean('include_usage') ?? false,
    ignored,
  });
}

function refuse(body: Fields): void {
  if ((body.integer('n', 1) ?? 1) > 1) throw unsupported('n', 'only one choice is given');
  if (body.has('functions')) throw unsupported('functions', 'use tools');
  if (body.has('function_call')) throw unsupported('function_call', 'use tool_choice');
  const modalities = body.array('modalities') ?? [];
  if (modalities.some((modality) => modality !== 'text')) {
    throw unsupported('modalities', 'text is the only output');
  }
  if (body.has('audio')) throw unsupported('audio', 'audio output');
}

/** Beside OpenAI's effort there are a switch of Anthropic's shape and OpenRouter's object. */
function readReasoning(body: Fields, ignored: string[]): ReasoningRequest | undefined {
  const asked = body.string('reasoning_effort');
  if (asked !== undefined) {
    const effort = effortOf(asked);
    if (effort !== undefined) return { effort };
    throw invalid('reasoning_effort', 'one of none, minimal, low, medium, high, xhigh');
  }
  body.child('thinking')?.integer('budget_tokens', 1);
  for (const name of ['thinking', 'reasoning']) {
    const said = body.child(name);
    if (said === undefined) continue;
    const effort = askedEffort(said.object);
    if (effort !== undefined) return { effort };
    ignored.push(name);
  }
  return undefined;
}

/** vLLM writes "no limit" as 0 or -1. */
function readTopK(body: Fields): number | undefined {
  const topK = body.integer('top_k', -1);
  return topK === undefined || topK < 1 ? undefined : topK;
}

function readStop(body: Fields): string[] | undefined {
  const stop = body.raw('stop');
  if (stop === undefined) return undefined;
  const list: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (!list.every((s) => typeof s === 'string')) throw invalid('stop', 'a string or strings');
  return list.length === 0 ? undefined : list;
}

function readTools(body: Fields, ignored: string[]): Tool[] {
  const declared = body.objects('tools').flatMap((tool) => {
    const param = tool.param(`${tool.string('type')}.name`);
    return readTool(tool, ignored).map((own) => ({ tool: own, param }));
  });
  return uniqueTools(declared);
}

function readTool(tool: Fields, ignored: string[]): Tool[] {
  const type = tool.string('type');
  if (type !== 'function' && type !== 'custom') {
    ignored.push(`tools.${type ?? 'unnamed'}`);
    return [];
  }
  const inner = tool.child(type);
  const name = inner?.string('name');
  if (inner === undefined || name === undefined) throw missing(tool.param(`${type}.name`));
  const description = inner.string('description');
  const cacheControl = cacheControlOf(tool.object) ?? cacheControlOf(inner.object);
  if (type === 'custom') {
    const format = inner.child('format');
    const grammar = format?.string('type') === 'grammar' ? format.child('grammar') : undefined;
    return [{ name, description, freeform: true, grammar: grammar?.object, cacheControl }];
  }
  const schema = inner.child('parameters')?.object;
  const strict = inner.boolean('strict');
  return [{ name, description, schema, strict, freeform: false, cacheControl }];
}

function readToolChoice(body: Fields): ToolChoice | undefined {
  const choice = body.raw('tool_choice');
  if (choice === undefined) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  if (typeof choice === 'string') throw invalid('tool_choice', 'auto, none, required or a tool');
  const object = body.child('tool_choice')!;
  if (object.string('type') === 'allowed_tools') {
    const allowed = object.child('allowed_tools') ?? object;
    const names = allowed.objects('tools').map((t) => toolName(t));
    return { type: 'allowed', names, required: allowed.string('mode') === 'required' };
  }
  return { type: 'tool', name: toolName(object) };
}

function toolName(tool: Fields): string {
  const inner = tool.child('function') ?? tool.child('custom');
  const name = inner?.string('name');
  if (name === undefined) throw missing(tool.param('function.name'));
  return name;
}

function readFormat(body: Fields): OutputFormat | undefined {
  const format = body.child('response_format');
  const type = format?.string('type');
  if (format === undefined || type === 'text') return undefined;
  if (type === 'json_object') return jsonOutput(format);
  if (type !== 'json_schema') {
    throw invalid('response_format.type', 'one of text, json_object, json_schema');
  }
  const inner = format.child('json_schema');
  const schema = inner?.child('schema')?.object ?? {};
  const name = inner?.string('name') ?? 'output';
  const strict = inner?.boolean('strict') ?? false;
  return { type, name, schema, strict, description: inner?.string('description') };
}
