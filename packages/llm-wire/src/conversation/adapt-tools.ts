import { present } from '../json.js';
import type { WireFormat } from '../wire-format.js';
import type { ConversationRequest, Part, Tool, ToolChoice } from './request.js';
import { unsupported } from './request-error.js';
import { shortened } from './short-names.js';
import type { UpstreamProfile } from './upstream-profile.js';

export interface AdaptedTools {
  request: ConversationRequest;
  freeformTools: ReadonlySet<string>;
  outputTool?: string;
  /** Names as sent to the names that the caller knows. */
  toolNames: ReadonlyMap<string, string>;
}

const OUTPUT_TOOL = 'structured_output';
/** The longest names that a format's vendor takes, of letters, digits, `_` and `-`. */
const LONGEST_NAME: Readonly<Record<WireFormat, number>> = {
  chat: 64,
  responses: 64,
  messages: 128,
};
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
  adapted = withFittingNames(adapted, LONGEST_NAME[upstream.format], toolNames);
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

function withFittingNames(
  request: ConversationRequest,
  longest: number,
  names: Map<string, string>,
): ConversationRequest {
  const fitting = (name: string): string => {
    if (name.length <= longest && /^[\w-]+$/.test(name)) return name;
    const fit = shortened(name.replace(/[^\w-]/g, '_'), longest, name);
    names.set(fit, name);
    return fit;
  };
  const renamed = {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, name: fitting(tool.name) })),
    toolChoice: renameChoice(request.toolChoice, fitting),
  };
  return mapParts(renamed, (part) =>
    part.kind === 'tool_call' ? { ...part, name: fitting(part.name) } : part,
  );
}

function renameChoice(
  choice: ToolChoice | undefined,
  fitting: (name: string) => string,
): ToolChoice | undefined {
  if (choice?.type === 'tool') return { ...choice, name: fitting(choice.name) };
  if (choice?.type === 'allowed') return { ...choice, names: choice.names.map(fitting) };
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
