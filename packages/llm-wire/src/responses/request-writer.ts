import { usesCacheControl } from '../conversation/cache-control.js';
import { MAX_RESPONSES_ID_CHARS, withFittingIds } from '../conversation/call-ids.js';
import { offeredEffort } from '../conversation/offered-effort.js';
import { urlOfSource } from '../conversation/media.js';
import type {
  ConversationRequest,
  OutputFormat,
  Part,
  Tool,
  ToolChoice,
  Turn,
} from '../conversation/request.js';
import type { Ignorable, UpstreamProfile } from '../conversation/upstream-profile.js';
import { present, type JsonObject } from '../json.js';

/** The least cap that the Responses API accepts, in tokens. */
const MIN_OUTPUT_TOKENS = 16;

const UNKNOWN_TO_RESPONSES = [
  'topK',
  'stop',
  'presencePenalty',
  'frequencyPenalty',
  'logitBias',
  'seed',
] as const;

/** Writes a body for an upstream's `/responses`. Nothing is stored there. */
export function writeResponsesRequest(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): JsonObject {
  for (const field of UNKNOWN_TO_RESPONSES) {
    const value = request[field];
    if (value !== undefined && value !== 0) ignore(field);
  }
  if (usesCacheControl(request)) ignore('cacheControl');
  const { maxOutputTokens: cap, tools } = request;
  const include = ['reasoning.encrypted_content'];
  if (request.logprobs) include.push('message.output_text.logprobs');
  return present<JsonObject>({
    model: upstream.model,
    ...writeTurns(request, ignore),
    tools: tools.length > 0 ? tools.map(writeTool) : undefined,
    tool_choice: writeToolChoice(request.toolChoice, tools),
    parallel_tool_calls: tools.length > 0 ? request.parallelToolCalls : undefined,
    max_output_tokens: cap === undefined ? undefined : Math.max(cap, MIN_OUTPUT_TOKENS),
    temperature: request.temperature === 1 ? undefined : request.temperature,
    top_p: request.topP === 1 ? undefined : request.topP,
    top_logprobs: request.logprobs ? request.topLogprobs : undefined,
    reasoning: writeReasoning(request, upstream, ignore),
    text: writeText(request),
    user: request.user,
    metadata: request.metadata,
    service_tier: request.serviceTier,
    prompt_cache_key: request.promptCacheKey,
    include,
    store: false,
    stream: request.stream,
  });
}

function writeTurns(request: ConversationRequest, ignore: (field: Ignorable) => void): JsonObject {
  const turns = withFittingIds(request.turns, MAX_RESPONSES_ID_CHARS);
  const first = turns.findIndex(({ role }) => role !== 'system');
  const leading = turns.slice(0, first === -1 ? turns.length : first);
  const texts = leading
    .flatMap(({ parts }) => parts)
    .filter((part) => part.kind === 'text')
    .map(({ text }) => text);
  const freeform = new Set<string>();
  for (const { parts } of turns) {
    for (const part of parts) if (part.kind === 'tool_call' && part.freeform) freeform.add(part.id);
  }
  const input = turns.slice(leading.length).flatMap((turn) => writeTurn(turn, freeform, ignore));
  return present<JsonObject>({
    instructions: texts.length > 0 ? texts.join('\n\n') : undefined,
    input,
  });
}

function writeTurn(
  { role, parts }: Turn,
  freeform: ReadonlySet<string>,
  ignore: (field: Ignorable) => void,
): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] | undefined;
  for (const part of parts) {
    const inMessage = writeContent(part, role);
    if (inMessage !== undefined) {
      if (content === undefined) {
        content = [];
        items.push({ type: 'message', role: role === 'system' ? 'developer' : role, content });
      }
      content.push(inMessage);
      continue;
    }
    content = undefined;
    const item = writeItem(part, freeform);
    if (item !== undefined) items.push(item);
    else ignore('reasoningHistory');
  }
  return items;
}

function writeContent(part: Part, role: Turn['role']): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      if (role !== 'assistant') return { type: 'input_text', text: part.text };
      return { type: 'output_text', text: part.text, annotations: [] };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image': {
      const { source, detail } = part;
      return { type: 'input_image', image_url: urlOfSource(source), detail: detail ?? 'auto' };
    }
    case 'file': {
      if (part.source.type === 'url') return { type: 'input_file', file_url: part.source.url };
      const filename = part.name ?? 'file';
      return { type: 'input_file', filename, file_data: urlOfSource(part.source) };
    }
    default:
      return undefined;
  }
}

/** An item of its own; undefined for reasoning that is not OpenAI's, which OpenAI would refuse. */
function writeItem(part: Part, freeform: ReadonlySet<string>): JsonObject | undefined {
  switch (part.kind) {
    case 'reasoning': {
      if (part.seal?.vendor !== 'openai') return undefined;
      const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
      return { type: 'reasoning', summary, encrypted_content: part.seal.value };
    }
    case 'tool_call': {
      const { id: call_id, name, input } = part;
      if (part.freeform) return { type: 'custom_tool_call', call_id, name, input };
      return { type: 'function_call', call_id, name, arguments: input };
    }
    case 'tool_result': {
      const custom = part.freeform || freeform.has(part.callId);
      const type = custom ? 'custom_tool_call_output' : 'function_call_output';
      return { type, call_id: part.callId, output: writeOutput(part.parts) };
    }
    default:
      return undefined;
  }
}

function writeOutput(parts: Part[]): string | JsonObject[] {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only.kind === 'text') return only.text;
  return parts.map((part) => writeContent(part, 'user')).filter((part) => part !== undefined);
}

function writeTool(tool: Tool): JsonObject {
  const { name, description, schema, strict } = tool;
  if (tool.freeform) {
    const format = tool.grammar && { type: 'grammar', ...tool.grammar };
    return present({ type: 'custom', name, description, format });
  }
  // Absent means strict in this API alone, and a schema not made for it would be refused.
  return present({
    type: 'function',
    name,
    description,
    parameters: schema,
    strict: strict ?? false,
  });
}

function writeToolChoice(choice: ToolChoice | undefined, tools: Tool[]): unknown {
  if (choice === undefined || tools.length === 0) return undefined;
  const reference = (name: string): JsonObject => {
    const freeform = tools.some((tool) => tool.name === name && tool.freeform);
    return { type: freeform ? 'custom' : 'function', name };
  };
  if (choice.type === 'tool') return reference(choice.name);
  if (choice.type !== 'allowed') return choice.type;
  const mode = choice.required ? 'required' : 'auto';
  return { type: 'allowed_tools', mode, tools: choice.names.map(reference) };
}

function writeReasoning(
  { reasoning }: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): JsonObject | undefined {
  const { effort: wanted, visible } = reasoning ?? {};
  if (wanted === undefined && !visible) return undefined;
  const effort = wanted === undefined ? undefined : offeredEffort(wanted, upstream, ignore);
  return present<JsonObject>({ effort, summary: visible ? 'auto' : undefined });
}

function writeText({ format, verbosity }: ConversationRequest): JsonObject | undefined {
  if (format === undefined && verbosity === undefined) return undefined;
  return present<JsonObject>({ format: writeFormat(format), verbosity });
}

function writeFormat(format: OutputFormat | undefined): JsonObject | undefined {
  if (format === undefined || format.type === 'json_object') return format;
  const { name, schema, strict, description } = format;
  return present<JsonObject>({ type: 'json_schema', name, schema, strict, description });
}
