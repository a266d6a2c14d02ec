import { Fields } from '../conversation/fields.js';
import { imageOf } from '../conversation/media.js';
import { invalid, missing, unsupported } from '../conversation/request-error.js';
import type {
  FilePart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
  ToolResultPart,
  Turn,
} from '../conversation/request.js';
import { readSeal } from '../conversation/seals.js';
import { isObject, present, type JsonObject } from '../json.js';
import { fromAnthropicToolId } from './tool-ids.js';

/** Blocks that the provider left in the history: what it ran itself, or which of its models answered. */
const leftByHostedTools = /_tool_use$|_tool_result$|^(container_upload|mcp_tool_listing|fallback)$/;

export function readTurns(body: Fields, ignored: string[]): Turn[] {
  if (!body.has('messages')) throw missing('messages');
  const turns: Turn[] = [];
  if (body.has('system'))
    turns.push({ role: 'system', parts: readBlocks(body, 'system', ignored) });
  for (const message of body.objects('messages')) {
    const role = message.string('role');
    if (role !== 'user' && role !== 'assistant' && role !== 'system') {
      throw invalid(message.param('role'), 'user or assistant');
    }
    turns.push({ role, parts: readBlocks(message, 'content', ignored) });
  }
  return turns;
}

function readBlocks(from: Fields, key: string, ignored: string[]): Part[] {
  const content = from.raw(key);
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw invalid(from.param(key), 'a string or an array of blocks');
  return from.objects(key).flatMap((block) => {
    const part = readBlock(block, ignored);
    return part === undefined ? [] : [present(part)];
  });
}

function readBlock(block: Fields, ignored: string[]): Part | undefined {
  const cacheControl = cacheControlOf(block.object);
  const type = block.string('type') ?? '';
  switch (type) {
    case 'text':
      return { kind: 'text', text: block.string('text') ?? '', cacheControl };
    case 'image': {
      const source = imageOf(readSource(block), block.param('source.media_type'));
      return { kind: 'image', source, cacheControl };
    }
    case 'document':
      return { kind: 'file', source: readSource(block), name: block.string('title'), cacheControl };
    case 'thinking': {
      const seal = readSeal('anthropic', block.string('signature'));
      return { kind: 'reasoning', text: block.string('thinking') ?? '', seal };
    }
    case 'redacted_thinking': {
      const seal = readSeal('anthropic', block.string('data'));
      if (seal?.vendor === 'anthropic') seal.redacted = true;
      return { kind: 'reasoning', text: '', seal };
    }
    case 'tool_use': {
      const id = fromAnthropicToolId(required(block, 'id'));
      const input = JSON.stringify(block.child('input')?.object ?? {});
      const name = required(block, 'name');
      return { kind: 'tool_call', id, name, input, freeform: false, cacheControl };
    }
    case 'tool_result':
      return readToolResult(block, ignored);
    case 'search_result':
      return { kind: 'text', text: textOfSearchResult(block), cacheControl };
    case 'tool_reference':
      return { kind: 'text', text: `Found: ${required(block, 'tool_name')}`, cacheControl };
    case 'tool_addition':
    case 'tool_removal':
      // They say what is offered at the end, which `tools` says to other vendors' models.
      return undefined;
    case 'compaction': {
      const text = block.string('content');
      if (text) return { kind: 'text', text, cacheControl };
      throw unsupported(block.param('type'), 'this model cannot read what is compacted');
    }
    default:
      if (!leftByHostedTools.test(type)) {
        throw invalid(block.param('type'), 'the type of a content block');
      }
      // It means nothing to another vendor's model.
      ignored.push(`content.${type}`);
      return undefined;
  }
}

function readToolResult(block: Fields, ignored: string[]): ToolResultPart {
  const parts = block.has('content') ? readBlocks(block, 'content', ignored) : [];
  return {
    kind: 'tool_result',
    callId: fromAnthropicToolId(required(block, 'tool_use_id')),
    parts: parts.filter((part): part is TextPart | ImagePart | FilePart =>
      ['text', 'image', 'file'].includes(part.kind),
    ),
    isError: block.boolean('is_error'),
    cacheControl: cacheControlOf(block.object),
  };
}

function readSource(block: Fields): MediaSource {
  const source = block.child('source');
  if (source === undefined) throw missing(block.param('source'));
  const type = source.string('type');
  if (type === 'url') return { type, url: required(source, 'url') };
  if (type === 'text') return { type, text: required(source, 'data') };
  if (type === 'base64') {
    return { type, mediaType: required(source, 'media_type'), data: required(source, 'data') };
  }
  // A document of blocks, as far as they are text.
  if (type === 'content') return { type: 'text', text: textOfContent(source) };
  if (type === 'file') {
    throw unsupported(source.param('file_id'), 'files stored at a provider; send the content');
  }
  throw invalid(source.param('type'), 'one of base64, url, text');
}

/** What the caller has found by itself, with where it is from. */
function textOfSearchResult(block: Fields): string {
  const head = [block.string('title'), block.string('source')].filter(Boolean).join('\n');
  return `${head}\n\n${textOfContent(block)}`;
}

function textOfContent(source: Fields): string {
  if (typeof source.raw('content') === 'string') return source.string('content')!;
  return source
    .objects('content')
    .map((block) => block.string('text') ?? '')
    .join('\n\n');
}

function required(from: Fields, key: string): string {
  const value = from.string(key);
  if (value === undefined) throw missing(from.param(key));
  return value;
}

export function cacheControlOf(object: JsonObject): JsonObject | undefined {
  const value = object['cache_control'];
  return isObject(value) ? value : undefined;
}
