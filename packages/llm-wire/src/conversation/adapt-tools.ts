import { present } from '../json.js';
import type { ConversationRequest, Part, Tool, ToolChoice } from './request.js';
import { unsupported } from './request-error.js';
import type { UpstreamProfile } from './upstream-profile.js';

export interface AdaptedTools {
  request: ConversationRequest;
  freeformTools: ReadonlySet<string>;
  outputTool?: string;
  /** Names as sent to the names that the caller knows. */
  toolNames: ReadonlyMap<string, string>;
}

const OUTPUT_TOOL = 'structured_output';
/** OpenAI's limit; Anthropic's is 128, and agents that talk to Anthropic use it. */
const MAX_OPENAI_NAME_CHARS = 64;
const FREEFORM_SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The raw input of the tool.' } },
  required: ['input'],
  additionalProperties: false,
};

/** Rewrites a request's tools into what the upstream's format can say. */
export function adaptTools(request: ConversationRequest, upstream: UpstreamProfile): AdaptedTools {
  checkChoice(request);
  let adapted = request;
  const freeform = request.tools.filter((tool) => tool.freeform).map(({ name }) => name);
  if (upstream.format !== 'responses') adapted = withoutFreeform(onlyAllowed(adapted));
  const toolNames = new Map<string, string>();
  if (upstream.format !== 'messages') adapted = withShortNames(adapted, toolNames);
  const outputTool = needsOutputTool(adapted, upstream) ? OUTPUT_TOOL : undefined;
  if (outputTool !== undefined) adapted = withOutputTool(adapted);
  const freeformTools = new Set(upstream.format === 'responses' ? [] : freeform);
  return { request: adapted, freeformTools, outputTool, toolNames };
}

function checkChoice({ toolChoice, tools }: ConversationRequest): void {
  if (toolChoice === undefined || toolChoice.type === 'auto' || toolChoice.type === 'none') return;
  const names = new Set(tools.map(({ name }) => name));
  if (names.size === 0) throw unsupported('tool_choice', 'no tool is declared that can be called');
  const wanted =
    toolChoice.type === 'tool'
      ? [toolChoice.name]
      : toolChoice.type === 'allowed'
        ? toolChoice.names
        : [];
  const absent = wanted.find((name) => !names.has(name));
  if (absent !== undefined) {
    throw unsupported('tool_choice', `the tool '${absent.slice(0, 128)}' is not declared`);
  }
}

function onlyAllowed(request: ConversationRequest): ConversationRequest {
  const choice = request.toolChoice;
  if (choice?.type !== 'allowed') return request;
  const tools = request.tools.filter(({ name }) => choice.names.includes(name));
  return { ...request, tools, toolChoice: { type: choice.required ? 'required' : 'auto' } };
}

function withoutFreeform(request: ConversationRequest): ConversationRequest {
  const tools = request.tools.map((tool): Tool => {
    if (!tool.freeform) return tool;
    const { name, cacheControl } = tool;
    const description = withGrammar(tool);
    return present({ name, description, cacheControl, schema: FREEFORM_SCHEMA, freeform: false });
  });
  return mapParts({ ...request, tools }, (part) => {
    if (part.kind !== 'tool_call' || !part.freeform) return part;
    return { ...part, input: JSON.stringify({ input: part.input }), freeform: false };
  });
}

/** A function cannot enforce a grammar, so the model is at least told of it. */
function withGrammar({ description, grammar }: Tool): string | undefined {
  const definition = grammar?.['definition'];
  if (typeof definition !== 'string') return description;
  return `${description ?? ''}\n\nThe input must follow this grammar:\n${definition}`.trim();
}

function withShortNames(
  request: ConversationRequest,
  names: Map<string, string>,
): ConversationRequest {
  const shorten = (name: string): string => {
    if (name.length <= MAX_OPENAI_NAME_CHARS) return name;
    const short = `${name.slice(0, MAX_OPENAI_NAME_CHARS - 9)}_${hash(name)}`;
    names.set(short, name);
    return short;
  };
  const renamed = {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, name: shorten(tool.name) })),
    toolChoice: renameChoice(request.toolChoice, shorten),
  };
  return mapParts(renamed, (part) =>
    part.kind === 'tool_call' && part.name.length > MAX_OPENAI_NAME_CHARS
      ? { ...part, name: shorten(part.name) }
      : part,
  );
}

function renameChoice(
  choice: ToolChoice | undefined,
  shorten: (name: string) => string,
): ToolChoice | undefined {
  if (choice?.type === 'tool') return { ...choice, name: shorten(choice.name) };
  if (choice?.type === 'allowed') return { ...choice, names: choice.names.map(shorten) };
  return choice;
}

function needsOutputTool(request: ConversationRequest, upstream: UpstreamProfile): boolean {
  const { format, toolChoice } = request;
  if (format === undefined || upstream.format !== 'messages' || toolChoice?.type === 'tool') {
    return false;
  }
  // A schema that is not strict may use what Anthropic's own structured output refuses.
  const native = format.type === 'json_schema' && format.strict;
  return !(native && upstream.structuredOutput === 'native');
}

function withOutputTool(request: ConversationRequest): ConversationRequest {
  const { format } = request;
  const schema = format?.type === 'json_schema' ? format.schema : { type: 'object' };
  const told = format?.type === 'json_schema' ? format.description : undefined;
  const how = 'Give the final answer by calling this tool, with the answer as its input.';
  const description = told === undefined ? how : `${how}\n\n${told}`;
  const mayCallOthers = request.tools.length > 0 && request.toolChoice?.type !== 'none';
  return {
    ...request,
    tools: [...request.tools, { name: OUTPUT_TOOL, description, schema, freeform: false }],
    toolChoice: mayCallOthers ? { type: 'required' } : { type: 'tool', name: OUTPUT_TOOL },
    format: undefined,
  };
}

function mapParts(request: ConversationRequest, change: (part: Part) => Part): ConversationRequest {
  const turns = request.turns.map(({ role, parts }) => ({ role, parts: parts.map(change) }));
  return { ...request, turns };
}

/** FNV-1a: names must differ, not be secret. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
