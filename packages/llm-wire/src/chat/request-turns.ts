import { Fields } from '../conversation/fields.js';
import { imageOf, sourceOfUrl } from '../conversation/media.js';
import { invalid, missing, unsupported } from '../conversation/request-error.js';
import type {
  FilePart,
  ImagePart,
  Part,
  TextPart,
  ToolCallPart,
  Turn,
} from '../conversation/request.js';
import { arrayAt, isObject, type JsonObject } from '../json.js';
import { readReasoningDetails } from './reasoning-details.js';

const ROLES: Readonly<Record<string, Turn['role'] | 'tool'>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
};

export function readTurns(body: Fields): Turn[] {
  const messages = body.objects('messages');
  if (!body.has('messages')) throw missing('messages');
  return messages.map((message) => {
    const role = message.string('role') ?? '';
    const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
    if (known === undefined) {
      throw invalid(message.param('role'), 'one of system, developer, user, assistant, tool');
    }
    if (known === 'tool') return { role: 'user', parts: [toolResult(message)] };
    const parts = known === 'assistant' ? assistantParts(message) : contentParts(message);
    return { role: known, parts: withMessageCache(parts, message) };
  });
}

type ContentPart = TextPart | ImagePart | FilePart;

function toolResult(message: Fields): Part {
  const callId = message.string('tool_call_id');
  if (callId === undefined) throw missing(message.param('tool_call_id'));
  const cacheControl = cacheControlOf(message.object);
  return { kind: 'tool_result', callId, parts: contentParts(message), cacheControl };
}

function assistantParts(message: Fields): Part[] {
  if (message.has('audio')) throw unsupported(message.param('audio'), 'audio output');
  if (message.has('function_call')) {
    throw unsupported(message.param('function_call'), 'use tool_calls');
  }
  const details = readReasoningDetails(arrayAt(message.object, 'reasoning_details'));
  const shown = message.string('reasoning_content') ?? message.string('reasoning');
  const reasoning: Part[] =
    details.length > 0 || shown === undefined || shown === ''
      ? details
      : [{ kind: 'reasoning', text: shown }];
  const refusal = message.string('refusal');
  return [
    ...reasoning,
    ...(message.has('content') ? contentParts(message, true) : []),
    ...(refusal === undefined ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...message.objects('tool_calls').map(toolCall),
  ];
}

function toolCall(call: Fields): ToolCallPart {
  const id = call.string('id');
  if (id === undefined) throw missing(call.param('id'));
  const freeform = call.string('type') === 'custom';
  const inner = call.child(freeform ? 'custom' : 'function');
  const name = inner?.string('name');
  if (inner === undefined || name === undefined) throw missing(call.param('function.name'));
  const input = inner.string(freeform ? 'input' : 'arguments') ?? '';
  return { kind: 'tool_call', id, name, input, freeform };
}

function contentParts(message: Fields): ContentPart[];
function contentParts(message: Fields, refusals: true): Part[];
function contentParts(message: Fields, refusals?: true): Part[] {
  const content = message.raw('content');
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw invalid(message.param('content'), 'a string or an array');
  return message.objects('content').map((part) => contentPart(part, refusals === true));
}

function contentPart(part: Fields, refusals: boolean): Part {
  const cacheControl = cacheControlOf(part.object);
  const type = part.string('type');
  if (type === 'text') return { kind: 'text', text: part.string('text') ?? '', cacheControl };
  if (type === 'refusal' && refusals) {
    return { kind: 'refusal', text: part.string('refusal') ?? '' };
  }
  if (type === 'image_url') {
    const image = part.child('image_url');
    const url = image?.string('url');
    if (image === undefined || url === undefined) throw missing(part.param('image_url.url'));
    const detail = image.string('detail');
    const source = imageOf(sourceOfUrl(url), image.param('url'));
    return { kind: 'image', source, detail, cacheControl };
  }
  if (type === 'file') return filePart(part, cacheControl);
  if (type === 'input_audio') throw unsupported(part.param('input_audio'), 'audio input');
  throw invalid(part.param('type'), 'one of text, image_url, file');
}

function filePart(part: Fields, cacheControl: JsonObject | undefined): FilePart {
  const file = part.child('file');
  if (file?.has('file_id')) {
    throw unsupported(file.param('file_id'), 'files stored at a provider; send file_data');
  }
  const data = file?.string('file_data');
  if (data === undefined) throw missing(part.param('file.file_data'));
  return { kind: 'file', source: sourceOfUrl(data), name: file?.string('filename'), cacheControl };
}

export function cacheControlOf(object: JsonObject): JsonObject | undefined {
  const value = object['cache_control'];
  return isObject(value) ? value : undefined;
}

/** A breakpoint on a message stands for one on its last part. */
function withMessageCache(parts: Part[], message: Fields): Part[] {
  const cacheControl = cacheControlOf(message.object);
  const last = parts.at(-1);
  if (cacheControl !== undefined && last !== undefined && last.kind !== 'reasoning') {
    if (last.kind !== 'refusal') last.cacheControl ??= cacheControl;
  }
  return parts;
}
