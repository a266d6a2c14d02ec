import type { ConversationRequest, Part, TextPart, Tool, Turn } from '../conversation/request.js';
import type { Ignorable, UpstreamProfile } from '../conversation/upstream-profile.js';
import { present, type JsonObject } from '../json.js';
import { setBreakpoints } from './cache-breakpoints.js';
import { writeBlocks } from './request-blocks.js';
import { thinkingFor, type Thinking } from './thinking.js';

type Ignore = (field: Ignorable) => void;

const UNKNOWN_TO_ANTHROPIC = [
  'presencePenalty',
  'frequencyPenalty',
  'logitBias',
  'seed',
  'topLogprobs',
  'verbosity',
  'metadata',
  'serviceTier',
  'promptCacheKey',
] as const;

/** Writes a body for an upstream's `/v1/messages`. */
export function writeMessagesRequest(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: Ignore,
): JsonObject {
  for (const field of UNKNOWN_TO_ANTHROPIC) {
    const value = request[field];
    if (value !== undefined && value !== 0) ignore(field);
  }
  if (hasForeignReasoning(request.turns)) ignore('reasoningHistory');
  const maxTokens = request.maxOutputTokens ?? upstream.maxOutputTokens;
  const thinking = thinkingFor(request, upstream, maxTokens);
  if (thinking === 'impossible') ignore('reasoning');
  const asked = thinking === 'impossible' ? undefined : thinking;
  const tools = toolsOf(request);
  const body = present<JsonObject>({
    model: upstream.model,
    max_tokens: maxTokens,
    ...writeTurns(request.turns),
    tools: tools.length > 0 ? tools.map(writeTool) : undefined,
    tool_choice: tools.length > 0 ? writeToolChoice(request) : undefined,
    thinking: asked?.thinking,
    output_config: writeOutputConfig(request, asked),
    ...writeSampling(request, asked !== undefined, ignore),
    stop_sequences: writeStop(request, ignore),
    metadata: request.user === undefined ? undefined : { user_id: request.user },
    stream: request.stream,
  });
  setBreakpoints(body, request, upstream.cachesFromTokens);
  return body;
}

interface Message {
  role: string;
  content: JsonObject[];
}

/** In place of a user's message without words, and before an assistant's first: Anthropic wants both said. */
const nothingSaid = (): Message => ({
  role: 'user',
  content: [{ type: 'text', text: '(no message)' }],
});

function writeTurns(turns: Turn[]): { system?: unknown; messages: Message[] } {
  const system = turns
    .filter(({ role }) => role === 'system')
    .flatMap(({ parts }) => parts)
    .filter((part): part is TextPart => part.kind === 'text' && part.text.trim() !== '');
  const merged: Array<{ role: string; parts: Part[] }> = [];
  for (const { role, parts } of turns) {
    if (role === 'system') continue;
    const last = merged.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else merged.push({ role, parts: [...parts] });
  }
  const messages = merged
    .map(({ role, parts }, i): Message => ({
      role,
      content: writeBlocks(resultsFirst(parts), role === 'assistant' && i === merged.length - 1),
    }))
    .filter(({ role, content }) => content.length > 0 || role === 'user')
    .map((message) => (message.content.length > 0 ? message : nothingSaid()));
  // Anthropic has no conversation without a message: instructions alone become the first one.
  if (messages.length === 0) {
    const content = writeBlocks(system, false);
    return { messages: [content.length > 0 ? { role: 'user', content } : nothingSaid()] };
  }
  if (messages[0]?.role !== 'user') messages.unshift(nothingSaid());
  if (system.length === 0) return { messages };
  return { system: writeBlocks(system, false), messages };
}

function hasForeignReasoning(turns: Turn[]): boolean {
  return turns.some(({ parts }) =>
    parts.some((part) => part.kind === 'reasoning' && part.seal?.vendor !== 'anthropic'),
  );
}

/** Tool results must lead the message that answers the calls. */
function resultsFirst(parts: Part[]): Part[] {
  const results = parts.filter((part) => part.kind === 'tool_result');
  return [...results, ...parts.filter((part) => part.kind !== 'tool_result')];
}

/** Anthropic refuses tool calls in the history of a request that declares no tools. */
function toolsOf(request: ConversationRequest): Tool[] {
  if (request.tools.length > 0) return request.tools;
  const names = new Set<string>();
  for (const { parts } of request.turns) {
    for (const part of parts) if (part.kind === 'tool_call') names.add(part.name);
  }
  return [...names].map((name) => ({ name, freeform: false }));
}

function writeTool(tool: Tool): JsonObject {
  return present({
    name: tool.name,
    description: tool.description,
    input_schema: tool.schema ?? { type: 'object' },
    strict: tool.strict === true ? true : undefined,
    cache_control: tool.cacheControl,
  });
}

function writeToolChoice(request: ConversationRequest): JsonObject | undefined {
  if (request.tools.length === 0) return { type: 'none' };
  const { toolChoice: choice, parallelToolCalls } = request;
  const disable_parallel_tool_use = parallelToolCalls === false ? true : undefined;
  if (choice === undefined && disable_parallel_tool_use === undefined) return undefined;
  if (choice?.type === 'none') return { type: 'none' };
  if (choice?.type === 'tool') {
    return present({ type: 'tool', name: choice.name, disable_parallel_tool_use });
  }
  const required = choice?.type === 'required' || (choice?.type === 'allowed' && choice.required);
  return present({ type: required ? 'any' : 'auto', disable_parallel_tool_use });
}

function writeOutputConfig(
  { format }: ConversationRequest,
  thinking: Thinking | undefined,
): JsonObject | undefined {
  const schema =
    format?.type === 'json_schema' ? { type: 'json_schema', schema: format.schema } : undefined;
  if (schema === undefined && thinking?.effort === undefined) return undefined;
  return present<JsonObject>({ effort: thinking?.effort, format: schema });
}

/** Anthropic takes temperatures up to 1, one of temperature and top_p, and neither beside thinking. */
function writeSampling(request: ConversationRequest, thinks: boolean, ignore: Ignore): JsonObject {
  const temperature = request.temperature === 1 ? undefined : request.temperature;
  const topP = request.topP === 1 ? undefined : request.topP;
  const topK = request.topK === undefined || request.topK <= 0 ? undefined : request.topK;
  if (thinks) {
    if (temperature !== undefined) ignore('temperature');
    if (topP !== undefined) ignore('topP');
    if (topK !== undefined) ignore('topK');
    return {};
  }
  if (temperature !== undefined && topP !== undefined) ignore('topP');
  if (temperature !== undefined && temperature > 1) ignore('temperature');
  return present<JsonObject>({
    temperature: temperature === undefined ? undefined : Math.min(temperature, 1),
    top_p: temperature === undefined ? topP : undefined,
    top_k: topK,
  });
}

/** Anthropic refuses stop sequences of nothing but white space. */
function writeStop({ stop }: ConversationRequest, ignore: Ignore): string[] | undefined {
  const usable = stop?.filter((sequence) => sequence.trim() !== '');
  if (usable !== undefined && usable.length !== stop?.length) ignore('stop');
  return usable === undefined || usable.length === 0 ? undefined : usable;
}
