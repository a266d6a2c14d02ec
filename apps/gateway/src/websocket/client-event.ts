import {
  JsonScanError,
  readMember,
  scanBody,
  spliceTopLevel,
  type BodyScan,
} from '@modelbridge/llm-wire';
import { bounds } from '../bounds.js';
import { badField, RequestError } from '../errors/request-error.js';
import { workerBounds } from '../workers/bounds.js';
import type { Job } from '../workers/job.js';
import { socketBounds } from './bounds.js';
import { refuseResultsOfNoCall } from './results-of-calls.js';

/** `response.create`: what asks for a turn. */
export interface CreateEvent {
  message: Buffer;
  /** Undefined for a large one, which was scanned by another thread. */
  scan: BodyScan | undefined;
  /** `stream_id`; undefined for the one lane that has no name. */
  lane: string | undefined;
  previousId: string | undefined;
  /** Without output, only the input is remembered. */
  generates: boolean;
  /** False where it says `store: false`. */
  mayStore: boolean;
}

/** A turn's body as HTTP would bring it. */
export interface TurnBody {
  body: Buffer;
  /** All of its input items as JSON, without the brackets. */
  items: Buffer;
  /** The message that it was made of. */
  message: Buffer;
}

const wanted = new Set([
  ...['type', 'stream_id', 'previous_response_id', 'generate', 'input', 'stream', 'store'],
  'background',
]);
const comma = Buffer.from(',');
const blanks: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n'));

export type ClientEvent =
  { type: 'create'; create: CreateEvent } | { type: 'steer'; event: object };

/** Of a message that is worked on where it came; undefined for one that another thread is to have. */
export function readInPlace(message: Buffer): ClientEvent | undefined {
  if (message.length > workerBounds.maxInPlaceBytes) return undefined;
  const scan = scanMessage(message);
  if (scan.valueCount > workerBounds.maxInPlaceValues) return undefined;
  return readClientEvent(message, scan);
}

export const clientEventJob: Job<{ message: Buffer }, ClientEvent> = {
  name: 'client_event',
  run({ message }) {
    const event = readClientEvent(message, scanMessage(message));
    if (event.type === 'create') event.create.scan = undefined;
    return event;
  },
};

/** `turnBody` of a large message, or with much before it. */
export const turnBodyJob: Job<{ message: Buffer; continued: Buffer | undefined }, TurnBody> = {
  name: 'turn_body',
  run: ({ message, continued }) => turnBody(message, scanMessage(message), continued),
};

/** Throws RequestError for what is no event that is known here. */
function readClientEvent(message: Buffer, scan: BodyScan): ClientEvent {
  const type = readMember(message, scan, 'type');
  if (type === 'response.steer') {
    const [previous_response_id, input] = ['previous_response_id', 'input'].map((name) =>
      readMember(message, scan, name),
    );
    return { type: 'steer', event: { previous_response_id, input } };
  }
  if (type !== 'response.create') {
    throw badField('type', "'type' must be 'response.create': no other event is taken here.");
  }
  const generate = readMember(message, scan, 'generate') ?? true;
  if (typeof generate !== 'boolean') throw badField('generate', "'generate' must be a boolean.");
  const lane = readText(message, scan, 'stream_id');
  if (lane !== undefined && lane.length > socketBounds.maxLaneName) {
    throw badField(
      'stream_id',
      `'stream_id' must be of 1 to ${socketBounds.maxLaneName} characters.`,
    );
  }
  const previousId = readText(message, scan, 'previous_response_id');
  const mayStore = readMember(message, scan, 'store') !== false;
  return {
    type: 'create',
    create: { message, scan, lane, previousId, generates: generate, mayStore },
  };
}

function scanMessage(message: Buffer): BodyScan {
  try {
    return scanBody(message, wanted);
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    throw badField(
      error.param ?? 'message',
      `${error.message} (byte ${error.offset}).`,
      error.code,
    );
  }
}

function readText(message: Buffer, scan: BodyScan, name: string): string | undefined {
  const value = readMember(message, scan, name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '')
    throw badField(name, `'${name}' must be a string.`);
  return value;
}

/** The event without what belongs to the transport, and with what it continues before its input. */
export function turnBody(message: Buffer, scan: BodyScan, continued: Buffer | undefined): TurnBody {
  const own = ownItems(message, scan);
  if (continued !== undefined) refuseResultsOfNoCall(own, continued);
  const items = continued === undefined ? own : joinItems(continued, own);
  if (items.length > bounds.maxBodyBytes) throw RequestError.of('request_too_large');
  const edits: Record<string, string | null> = { stream: 'true' };
  for (const name of ['type', 'stream_id', 'previous_response_id', 'generate']) edits[name] = null;
  // It is so anyhow; said by the caller it would keep reasoning from being sealed, which the next turn needs.
  if (readMember(message, scan, 'store') === false) edits['store'] = null;
  if (continued !== undefined) edits['input'] = `[${items.toString()}]`;
  return { body: spliceTopLevel(message, scan, edits), items, message };
}

function ownItems(message: Buffer, scan: BodyScan): Buffer {
  const input = scan.members.get('input');
  if (input?.kind === 'array') return message.subarray(input.valueStart + 1, input.valueEnd - 1);
  if (input?.kind !== 'string') throw badField('input', "'input' must be a string or an array.");
  const text = message.toString('utf8', input.valueStart, input.valueEnd);
  return Buffer.from(`{"type":"message","role":"user","content":${text}}`);
}

/** Two lists of items, as JSON without brackets, as one. */
export function joinItems(first: Buffer, second: Buffer): Buffer {
  if (isBlank(first)) return second;
  return isBlank(second) ? first : Buffer.concat([first, comma, second]);
}

function isBlank(items: Buffer): boolean {
  return items.every((byte) => blanks.has(byte));
}
