import { readMember, shapedMembers, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';
import { bounds } from '../bounds.js';
import { betaPlaces } from './beta-members.js';
import { engineMembers } from './engine-members.js';
import { readTools, type DeclaredTools } from './hosted-tools.js';
import { refusedMembers, refuseWhatIsNotPriced } from './refused-fields.js';

/** What the gateway needs to know of a request. */
export interface RequestFields {
  model: string;
  stream: boolean;
  /** The caller is to see the usage of a stream. */
  includeUsage: boolean;
  /** Most output tokens of each choice, as the caller asked; undefined where it did not. */
  outputCap: number | undefined;
  /** The members that may carry the cap, the one that counts first. */
  capFields: readonly [string, ...string[]];
  /** How many replies: `n`. */
  choices: number;
  tools: DeclaredTools;
  /** Tools and a response format bring hidden instructions along. */
  hiddenTokens: number;
  /** Tokens of `thinking.budget_tokens`, which Anthropic wants the cap to be above. */
  thinkingBudget: number;
  /** A chat body with Responses' `input`, as Cursor sends it: no upstream takes it as it is. */
  mustTranslate: boolean;
  /** False where the body says `store: false`. */
  mayStore: boolean;
}

/** Ids that would be shared by all customers, who share one provider key. */
export const namespacedFields = ['user', 'prompt_cache_key', 'safety_identifier'] as const;

const capFields: Readonly<Record<WireFormat, readonly [string, ...string[]]>> = {
  chat: ['max_completion_tokens', 'max_tokens'],
  responses: ['max_output_tokens'],
  messages: ['max_tokens'],
};

const sharedMembers = [
  'model',
  'stream',
  'store',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'metadata',
];
const ownMembers: Readonly<Record<WireFormat, readonly string[]>> = {
  chat: ['input', ...engineMembers],
  responses: ['input', 'instructions', 'include', 'text', 'context_management', 'client_metadata'],
  messages: [
    'messages',
    ...betaPlaces,
    'output_config',
    'output_format',
    'temperature',
    'top_p',
    'top_k',
  ],
};

/** The top-level members that the gateway looks at. */
export const wantedMembers: Readonly<Record<WireFormat, ReadonlySet<string>>> = {
  chat: membersOf('chat'),
  responses: membersOf('responses'),
  messages: membersOf('messages'),
};

function membersOf(format: WireFormat): ReadonlySet<string> {
  const caps = format === 'chat' ? [...capFields.chat, ...capFields.responses] : capFields[format];
  return new Set([
    ...sharedMembers,
    ...ownMembers[format],
    ...caps,
    ...namespacedFields,
    ...refusedMembers(format),
    ...shapedMembers(format),
  ]);
}

/** Reads and checks those members. Throws 400 naming the field at fault. */
export function readFields(
  format: WireFormat,
  body: Buffer,
  scan: BodyScan,
  options: {
    /** Anthropic's format demands a cap where there is to be output. */
    needsCap: boolean;
  } = { needsCap: format === 'messages' },
): RequestFields {
  refuseWhatIsNotPriced(format, body, scan);
  const mustTranslate = checkConversation(format, scan);
  const caps = mustTranslate ? capFields.responses : capFields[format];
  const stream = readBoolean(body, scan, 'stream');
  const tools = readTools(format, body, scan);
  const outputCap = readOutputCap(body, scan, caps);
  if (options.needsCap && outputCap === undefined) {
    throw badField(
      'max_tokens',
      'max_tokens: Field required. Give the most tokens that the reply may have.',
      'missing_required_parameter',
    );
  }
  return {
    model: readModel(body, scan),
    stream,
    includeUsage: format !== 'chat' || (readIncludeUsage(body, scan) && stream),
    outputCap,
    capFields: caps,
    choices: format === 'chat' ? readChoices(body, scan) : 1,
    tools,
    hiddenTokens: hiddenTokensOf(scan, tools),
    thinkingBudget: format === 'messages' ? readThinkingBudget(body, scan) : 0,
    mustTranslate,
    mayStore: scan.members.get('store')?.kind !== 'boolean' || readBoolean(body, scan, 'store'),
  };
}

/** Whether a chat body carries a Responses conversation. */
function checkConversation(format: WireFormat, { members }: BodyScan): boolean {
  const input = members.get('input')?.kind;
  const hasInput = input === 'array' || input === 'string';
  if (format === 'responses') {
    if (!hasInput) throw badField('input', "'input' must be a string or an array.");
    return false;
  }
  if (format === 'chat' && hasInput && !members.has('messages')) return true;
  if (members.get('messages')?.kind !== 'array') {
    throw badField('messages', "'messages' must be an array.");
  }
  return false;
}

function hiddenTokensOf({ members }: BodyScan, tools: DeclaredTools): number {
  const asks = ['functions', 'response_format', 'text', 'output_config', 'output_format'];
  const hidden = tools.any || asks.some((name) => members.has(name));
  return (hidden ? bounds.toolPromptTokens : 0) + tools.builtIn * bounds.builtInToolTokens;
}

function readThinkingBudget(body: Buffer, scan: BodyScan): number {
  if (scan.members.get('thinking')?.kind !== 'object') return 0;
  const budget = (readMember(body, scan, 'thinking') as Record<string, unknown>)['budget_tokens'];
  return isPositiveInteger(budget) ? budget : 0;
}

function readModel(body: Buffer, scan: BodyScan): string {
  const model = readMember(body, scan, 'model');
  if (typeof model !== 'string' || model === '' || model.length > bounds.maxIdentifierLength) {
    throw badField('model', "'model' must be the id of a model. GET /v1/models lists them.");
  }
  return model;
}

function readBoolean(body: Buffer, scan: BodyScan, name: string): boolean {
  const kind = scan.members.get(name)?.kind;
  if (kind === undefined || kind === 'null') return false;
  if (kind !== 'boolean') throw badField(name, `'${name}' must be true or false.`);
  return readMember(body, scan, name) === true;
}

function readIncludeUsage(body: Buffer, scan: BodyScan): boolean {
  const options = readStreamOptions(body, scan);
  const includeUsage = options?.['include_usage'] ?? false;
  if (typeof includeUsage !== 'boolean') {
    throw badField('stream_options.include_usage', "'include_usage' must be true or false.");
  }
  return includeUsage;
}

/** The caller's `stream_options`, or undefined. */
export function readStreamOptions(
  body: Buffer,
  scan: BodyScan,
): Record<string, unknown> | undefined {
  const kind = scan.members.get('stream_options')?.kind;
  if (kind === undefined || kind === 'null') return undefined;
  if (kind !== 'object') throw badField('stream_options', "'stream_options' must be an object.");
  return readMember(body, scan, 'stream_options') as Record<string, unknown>;
}

function readOutputCap(body: Buffer, scan: BodyScan, names: readonly string[]): number | undefined {
  let cap: number | undefined;
  for (const name of names) {
    const value = readMember(body, scan, name) ?? undefined;
    if (value === undefined) continue;
    if (!isPositiveInteger(value)) throw badField(name, `'${name}' must be an integer above 0.`);
    cap = Math.min(cap ?? value, value);
  }
  return cap;
}

function readChoices(body: Buffer, scan: BodyScan): number {
  const n = readMember(body, scan, 'n') ?? 1;
  if (!isPositiveInteger(n) || n > bounds.maxChoices) {
    throw badField('n', `'n' must be an integer from 1 to ${bounds.maxChoices}.`);
  }
  return n;
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
