import { present } from '../json.js';
import type { WireFormat } from '../wire-format.js';
import type { SentKeys } from '../schemas/property-keys.js';
import { shortened } from '../short-names.js';
import type { CallerTool } from './caller-tool.js';
import { mapParts } from './map-parts.js';
import type { ConversationRequest, Tool, ToolChoice } from './request.js';
import { unsupported } from './request-error.js';
import { nativeFormat, StrictSchemas, suitSchemas } from './suit-schemas.js';
import type { Ignorable, UpstreamProfile } from './upstream-profile.js';

export interface AdaptedTools {
  request: ConversationRequest;
  freeformTools: ReadonlySet<string>;
  outputTool?: string;
  /** Tools as the caller knows them, by their names as sent. */
  callerTools: ReadonlyMap<string, CallerTool>;
  /** Keys of their inputs that were replaced, by the tools' names as sent. */
  inputKeys: ReadonlyMap<string, SentKeys>;
}

const OUTPUT_TOOL = 'structured_output';
/** Agents that talk to Anthropic use the whole of its limit. */
const MAX_NAME_CHARS: Readonly<Record<WireFormat, number>> = {
  chat: 64,
  responses: 64,
  messages: 128,
};
const PORTABLE_NAME = /^[\w-]+$/;
const FREEFORM_SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The raw input of the tool.' } },
  required: ['input'],
  additionalProperties: false,
};

/** Rewrites a request's tools into what the upstream's format can say. */
export function adaptTools(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  ignore: (field: Ignorable) => void,
): AdaptedTools {
  checkChoice(request);
  let adapted = request;
  const freeform = request.tools.filter((tool) => tool.freeform).map(({ name }) => name);
  if (upstream.format !== 'responses') adapted = withoutFreeform(onlyAllowed(adapted));
  const sentNames = new Map<string, string>();
  adapted = withPortableNames(adapted, MAX_NAME_CHARS[upstream.format], sentNames);
  const schemas = new StrictSchemas();
  adapted = withOutput(adapted, upstream, schemas);
  const { request: suited, keys } = suitSchemas(adapted, upstream, schemas, ignore);
  const sent = (name: string): string => sentNames.get(name) ?? name;
  const freeformTools = new Set(upstream.format === 'responses' ? [] : freeform.map(sent));
  const callerTools = new Map<string, CallerTool>();
  for (const [name, as] of sentNames) callerTools.set(as, { name });
  for (const { name, caller } of request.tools) {
    if (caller !== undefined) callerTools.set(sent(name), caller);
  }
  const outputTool = suited.tools.some(({ name }) => name === OUTPUT_TOOL)
    ? OUTPUT_TOOL
    : undefined;
  return { request: suited, freeformTools, outputTool, callerTools, inputKeys: keys };
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

/** Names that the upstream takes; those that change are noted with what is sent. */
function withPortableNames(
  request: ConversationRequest,
  maxChars: number,
  sentNames: Map<string, string>,
): ConversationRequest {
  const isPortable = (name: string): boolean => name.length <= maxChars && PORTABLE_NAME.test(name);
  const rename = (name: string): string => {
    if (isPortable(name)) return name;
    const sent = shortened(name.replaceAll(/[^\w-]/g, '_'), maxChars, name);
    sentNames.set(name, sent);
    return sent;
  };
  const renamed = {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, name: rename(tool.name) })),
    toolChoice: renameChoice(request.toolChoice, rename),
  };
  return mapParts(renamed, (part) =>
    part.kind === 'tool_call' && !isPortable(part.name)
      ? { ...part, name: rename(part.name) }
      : part,
  );
}

function renameChoice(
  choice: ToolChoice | undefined,
  rename: (name: string) => string,
): ToolChoice | undefined {
  if (choice?.type === 'tool') return { ...choice, name: rename(choice.name) };
  if (choice?.type === 'allowed') return { ...choice, names: choice.names.map(rename) };
  return choice;
}

/** The format as Anthropic enforces it, or a tool in its place. */
function withOutput(
  request: ConversationRequest,
  upstream: UpstreamProfile,
  schemas: StrictSchemas,
): ConversationRequest {
  const { format, toolChoice } = request;
  if (format === undefined || upstream.format !== 'messages') return request;
  const native = nativeFormat(format, upstream, schemas);
  if (native !== undefined) return { ...request, format: native };
  return toolChoice?.type === 'tool' ? { ...request, format: undefined } : withOutputTool(request);
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
