import { readMember, type BodyScan } from '@modelbridge/llm-wire';
import { badField } from '../ingress/request-error.js';
import { limits } from '../limits.js';

/** What the gateway needs to know of a chat request. */
export interface RequestFields {
  model: string;
  stream: boolean;
  /** The caller asked for the usage chunk of a stream. */
  includeUsage: boolean;
  /** Most output tokens of each choice, as the caller asked; undefined where it did not. */
  outputCap: number | undefined;
  /** How many replies: `n`. */
  choices: number;
  /** Tools or a response format bring hidden instructions along. */
  hasTools: boolean;
}

/** Fields with which a request could change its price outside the catalog, or reach provider state. */
const refusedFields = [
  'web_search_options',
  'previous_response_id',
  'conversation',
  'prompt',
  'container',
  'speed',
  'inference_geo',
  'audio',
  'prediction',
  'best_of',
  'use_beam_search',
  'chat_template',
  'kv_transfer_params',
  'priority',
] as const;

/** Ids that would be shared by all customers, who share one provider key. */
export const namespacedFields = ['user', 'prompt_cache_key', 'safety_identifier'] as const;

/** The top-level members that the gateway looks at in a chat request. */
export const chatMembers: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'store',
  'service_tier',
  'background',
  'modalities',
  'tools',
  'functions',
  'response_format',
  ...namespacedFields,
  ...refusedFields,
]);

/** Reads and checks those members. Throws 400 naming the field at fault. */
export function readChatFields(body: Buffer, scan: BodyScan): RequestFields {
  refuseWhatIsNotPriced(body, scan);
  const { members } = scan;
  if (members.get('messages')?.kind !== 'array') {
    throw badField('messages', "'messages' must be an array.");
  }
  const stream = readBoolean(body, scan, 'stream');
  return {
    model: readModel(body, scan),
    stream,
    includeUsage: readIncludeUsage(body, scan) && stream,
    outputCap: readOutputCap(body, scan),
    choices: readChoices(body, scan),
    hasTools: members.has('tools') || members.has('functions') || members.has('response_format'),
  };
}

function readModel(body: Buffer, scan: BodyScan): string {
  const model = readMember(body, scan, 'model');
  if (typeof model !== 'string' || model === '' || model.length > limits.maxIdentifierLength) {
    throw badField('model', "'model' must be the id of a model.");
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

function readOutputCap(body: Buffer, scan: BodyScan): number | undefined {
  let cap: number | undefined;
  for (const name of ['max_completion_tokens', 'max_tokens']) {
    const value = readMember(body, scan, name) ?? undefined;
    if (value === undefined) continue;
    if (!isPositiveInteger(value)) throw badField(name, `'${name}' must be an integer above 0.`);
    cap = Math.min(cap ?? value, value);
  }
  return cap;
}

function readChoices(body: Buffer, scan: BodyScan): number {
  const n = readMember(body, scan, 'n') ?? 1;
  if (!isPositiveInteger(n) || n > limits.maxChoices) {
    throw badField('n', `'n' must be an integer from 1 to ${limits.maxChoices}.`);
  }
  return n;
}

function refuseWhatIsNotPriced(body: Buffer, scan: BodyScan): void {
  const { members, input } = scan;
  for (const name of refusedFields) {
    const kind = members.get(name)?.kind;
    if (kind !== undefined && kind !== 'null') throw notSupported(name);
  }
  const tier = readMember(body, scan, 'service_tier') ?? 'auto';
  if (tier !== 'auto' && tier !== 'default') throw notSupported('service_tier');
  if (members.has('background') && (readMember(body, scan, 'background') ?? false) !== false) {
    throw notSupported('background');
  }
  if (members.has('modalities')) {
    const modalities = readMember(body, scan, 'modalities') ?? ['text'];
    if (!Array.isArray(modalities) || modalities.some((modality) => modality !== 'text')) {
      throw notSupported('modalities');
    }
  }
  if (input.fileIds > 0) throw notSupported('file_id');
}

function notSupported(name: string): Error {
  return badField(name, `'${name}' is not supported here.`, 'unsupported_parameter');
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
