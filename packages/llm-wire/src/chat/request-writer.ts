import type {
  ConversationRequest,
  OutputFormat,
  Part,
  TextPart,
  Tool,
  ToolChoice,
  ToolResultPart,
  Turn,
} from '../conversation/request.js';
import { usesCacheControl, withoutCacheControl } from '../conversation/cache-control.js';
import { MAX_CHAT_ID_CHARS, withFittingIds } from '../conversation/call-ids.js';
import { offeredEffort } from '../conversation/offered-effort.js';
import { urlOfSource } from '../conversation/media.js';
import type { Ignorable, UpstreamProfile } from '../conversation/upstream-profile.js';
import { present, type JsonObject } from '../json.js';
import { toolInputText } from '../conversation/tool-input.js';
import { foldInstructions } from './fold-instructions.js';
import { poolThinking } from './pool-thinking.js';
import { writeReasoningDetail } from './reasoning-details.js';

/** Writes a body for an upstream's `/chat/completions`. Usage is always asked for. */
export function writeChatRequest(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): JsonObject {
  const vllm = upstream.dialect === 'vllm';
  const hints = vllm ? withoutHints(request, ignore) : request;
  if (request.metadata !== undefined) ignore('metadata');
  if (request.topK !== undefined && !vllm) ignore('topK');
  if (!vllm && hasReasoning(request.turns)) ignore('reasoningHistory');
  if (!vllm && usesCacheControl(request)) ignore('cacheControl');
  return present<JsonObject>({
    model: upstream.model,
    messages: vllm ? poolMessages(request.turns) : openAiMessages(request.turns),
    tools:
      request.tools.length > 0 ? request.tools.map((tool) => writeTool(tool, vllm)) : undefined,
    // vLLM refuses a choice where there is nothing to choose from.
    tool_choice: request.tools.length > 0 ? writeToolChoice(request.toolChoice) : undefined,
    parallel_tool_calls: request.tools.length > 0 ? request.parallelToolCalls : undefined,
    max_completion_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: vllm ? request.topK : undefined,
    stop: request.stop,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    logit_bias: request.logitBias,
    seed: request.seed,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    ...writeThinking(request, upstream, ignore),
    response_format: writeFormat(request.format),
    verbosity: hints.verbosity,
    user: request.user,
    service_tier: hints.serviceTier,
    prompt_cache_key: hints.promptCacheKey,
    store: vllm ? undefined : false,
    stream: request.stream,
    stream_options: request.stream ? streamOptions(vllm) : undefined,
    timings_per_token: request.stream && vllm ? true : undefined,
  });
}

/** Servers of open models can count in each chunk, which tells what a reply that is cut has cost. */
function streamOptions(vllm: boolean): JsonObject {
  return vllm ? { include_usage: true, continuous_usage_stats: true } : { include_usage: true };
}

/** What OpenAI's service knows and a server of open models does not. */
function withoutHints(
  request: ConversationRequest,
  ignore: (field: Ignorable) => void,
): ConversationRequest {
  const hints = ['verbosity', 'serviceTier', 'promptCacheKey'] as const;
  const without = { ...request };
  for (const hint of hints) {
    if (request[hint] !== undefined) ignore(hint);
    delete without[hint];
  }
  return without;
}

function writeThinking(
  { reasoning }: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): JsonObject {
  if (reasoning?.effort === undefined) return {};
  if (upstream.dialect !== 'vllm') {
    return { reasoning_effort: offeredEffort(reasoning.effort, upstream, ignore) };
  }
  const thinking = poolThinking(reasoning.effort, upstream.thinkingSwitch);
  const { effort, templateArguments, cannotBeOff } = thinking;
  if (cannotBeOff) ignore('reasoning');
  const hasSwitch = Object.keys(templateArguments).length > 0;
  return present<JsonObject>({
    reasoning_effort: effort,
    chat_template_kwargs: hasSwitch ? templateArguments : undefined,
  });
}

function hasReasoning(turns: Turn[]): boolean {
  return turns.some(({ parts }) => parts.some(({ kind }) => kind === 'reasoning'));
}

/** The turn in OpenAI's own fields. */
function withoutExtensions({ role, parts }: Turn): Turn {
  const known = parts.filter(({ kind }) => kind !== 'reasoning');
  return { role, parts: known.map(withoutCacheControl) };
}

function poolMessages(turns: Turn[]): JsonObject[] {
  return foldInstructions(turns.flatMap(writeTurn));
}

function openAiMessages(turns: Turn[]): JsonObject[] {
  return withFittingIds(turns.map(withoutExtensions), MAX_CHAT_ID_CHARS).flatMap(writeTurn);
}

function writeTurn(turn: Turn): JsonObject[] {
  if (turn.role === 'assistant') return [writeAssistant(turn.parts)];
  const results = turn.parts.filter((part) => part.kind === 'tool_result');
  const rest = turn.parts.filter((part) => part.kind !== 'tool_result');
  // An image cannot stand in a tool message: it follows in a user message.
  const media = results.flatMap(({ parts }) => parts.filter((part) => part.kind !== 'text'));
  const messages: JsonObject[] = results.map(writeToolResult);
  const content: Part[] = [...media, ...rest];
  if (content.length > 0) messages.push({ role: turn.role, content: writeContent(content) });
  return messages;
}

function writeToolResult(result: ToolResultPart): JsonObject {
  const texts = result.parts.filter((part) => part.kind === 'text');
  const others = result.parts.length - texts.length;
  const note: TextPart[] =
    others > 0 && texts.length === 0
      ? [{ kind: 'text', text: 'The result follows in the next message.' }]
      : [];
  return present({
    role: 'tool',
    tool_call_id: result.callId,
    content: writeContent([...texts, ...note]),
    cache_control: result.cacheControl,
  });
}

function writeAssistant(parts: Part[]): JsonObject {
  const reasoning = parts.filter((part) => part.kind === 'reasoning');
  const details = reasoning.map(writeReasoningDetail).filter((detail) => detail !== undefined);
  const shown = reasoning.map(({ text }) => text).join('');
  const calls = parts.filter((part) => part.kind === 'tool_call');
  const refusals = parts.filter((part) => part.kind === 'refusal');
  const texts = parts.filter((part) => part.kind === 'text');
  return present<JsonObject>({
    role: 'assistant',
    content: texts.length > 0 ? writeContent(texts) : calls.length > 0 ? null : '',
    refusal: refusals.length > 0 ? refusals.map(({ text }) => text).join('') : undefined,
    // vLLM reads the first, older servers the second.
    reasoning: shown === '' ? undefined : shown,
    reasoning_content: shown === '' ? undefined : shown,
    reasoning_details: details.length > 0 ? details : undefined,
    tool_calls:
      calls.length > 0
        ? calls.map(({ id, name, input, freeform }) =>
            freeform
              ? { id, type: 'custom', custom: { name, input } }
              : { id, type: 'function', function: { name, arguments: toolInputText(input) } },
          )
        : undefined,
  });
}

/** A lone text is written as a string, which every template takes. */
function writeContent(parts: Part[]): string | JsonObject[] {
  const texts = parts.filter((part) => part.kind === 'text');
  const lone = parts.length <= 1 && texts.length === parts.length;
  if (lone && !texts[0]?.cacheControl) return texts[0]?.text ?? '';
  return parts.flatMap((part): JsonObject[] => {
    const cache_control = 'cacheControl' in part ? part.cacheControl : undefined;
    switch (part.kind) {
      case 'text':
        return [present({ type: 'text', text: part.text, cache_control })];
      case 'image': {
        const image_url = present({ url: urlOfSource(part.source), detail: part.detail });
        return [present({ type: 'image_url', image_url, cache_control })];
      }
      case 'file': {
        const file = present({ file_data: urlOfSource(part.source), filename: part.name });
        return [present({ type: 'file', file, cache_control })];
      }
      default:
        return [];
    }
  });
}

function writeTool(tool: Tool, vllm: boolean): JsonObject {
  const { name, description, schema, strict } = tool;
  const cache_control = vllm ? tool.cacheControl : undefined;
  if (tool.freeform) {
    const format = tool.grammar && { type: 'grammar', grammar: tool.grammar };
    return { type: 'custom', custom: present({ name, description, format }) };
  }
  const parameters = { type: 'object', properties: {}, ...schema };
  const inner = present({ name, description, parameters, strict });
  return present({ type: 'function', function: inner, cache_control });
}

function writeToolChoice(choice: ToolChoice | undefined): unknown {
  if (choice === undefined) return undefined;
  if (choice.type === 'tool') return { type: 'function', function: { name: choice.name } };
  // Tools that are not allowed have been left out already.
  if (choice.type === 'allowed') return choice.required ? 'required' : 'auto';
  return choice.type;
}

function writeFormat(format: OutputFormat | undefined): JsonObject | undefined {
  if (format === undefined || format.type === 'json_object') return format;
  const { name, schema, strict, description } = format;
  return { type: 'json_schema', json_schema: present({ name, schema, strict, description }) };
}
