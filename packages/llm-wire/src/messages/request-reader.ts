import { effortOf, effortOfBudget } from '../conversation/efforts.js';
import { Fields } from '../conversation/fields.js';
import { unknownKeys } from '../conversation/ignored-keys.js';
import { invalid, missing } from '../conversation/request-error.js';
import type {
  ConversationRequest,
  OutputFormat,
  ReasoningRequest,
  ToolChoice,
} from '../conversation/request.js';
import { present, type JsonObject } from '../json.js';
import { declaredTools } from './declared-tools.js';
import { readTurns } from './request-turns.js';

const KNOWN = new Set(
  (
    'model max_tokens system messages tools tool_choice thinking output_config output_format ' +
    'temperature top_p top_k stop_sequences metadata stream'
  ).split(' '),
);

/** Reads a body of `POST /v1/messages`. Throws `WireRequestError`. */
export function readMessagesRequest(object: JsonObject): ConversationRequest {
  const body = new Fields(object);
  const ignored = unknownKeys(object, KNOWN);
  if (!body.has('max_tokens')) throw missing('max_tokens');
  const choice = body.child('tool_choice');
  const { user_id: user, ...metadata } = body.child('metadata')?.object ?? {};
  return present<ConversationRequest>({
    turns: readTurns(body, ignored),
    tools: declaredTools(body, ignored),
    toolChoice: readToolChoice(choice),
    parallelToolCalls: choice?.boolean('disable_parallel_tool_use') === true ? false : undefined,
    maxOutputTokens: body.integer('max_tokens', 1),
    temperature: body.number('temperature', 0, 1),
    topP: body.number('top_p', 0, 1),
    topK: body.integer('top_k', 0),
    stop: readStop(body),
    reasoning: readReasoning(body, ignored),
    format: readFormat(body),
    user: typeof user === 'string' ? user : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
    stream: body.boolean('stream') ?? false,
    includeUsage: true,
    ignored,
  });
}

function readToolChoice(choice: Fields | undefined): ToolChoice | undefined {
  const type = choice?.string('type');
  if (choice === undefined) return undefined;
  if (type === 'auto' || type === 'none') return { type };
  if (type === 'any') return { type: 'required' };
  const name = choice.string('name');
  if (type !== 'tool' || name === undefined) {
    throw invalid('tool_choice.type', 'one of auto, any, none, or tool with a name');
  }
  return { type: 'tool', name };
}

function readStop(body: Fields): string[] | undefined {
  const stop = body.array('stop_sequences');
  if (stop === undefined || stop.length === 0) return undefined;
  if (stop.every((s) => typeof s === 'string')) return stop;
  throw invalid('stop_sequences', 'an array of strings');
}

function readReasoning(body: Fields, ignored: string[]): ReasoningRequest | undefined {
  const thinking = body.child('thinking');
  const asked = body.child('output_config')?.string('effort');
  const effort = asked === undefined ? undefined : effortOf(asked);
  const type = thinking?.string('type');
  if (type === 'enabled') {
    const budgetTokens = thinking?.integer('budget_tokens', 1);
    if (budgetTokens === undefined) throw missing('thinking.budget_tokens');
    return { effort: effort ?? effortOfBudget(budgetTokens), budgetTokens, visible: true };
  }
  if (type === 'adaptive') return { effort: effort ?? 'high', visible: true };
  if (type === 'disabled') return { effort: 'none' };
  if (type !== undefined) ignored.push('thinking');
  return effort === undefined ? undefined : { effort };
}

function readFormat(body: Fields): OutputFormat | undefined {
  const format = body.child('output_config')?.child('format') ?? body.child('output_format');
  if (format === undefined) return undefined;
  const schema = format.child('schema')?.object;
  if (format.string('type') !== 'json_schema' || schema === undefined) {
    throw invalid('output_config.format', 'a json_schema with a schema');
  }
  return { type: 'json_schema', name: 'output', schema, strict: true };
}
