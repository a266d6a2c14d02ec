import { textOfSource } from '../conversation/media.js';
import type { MediaSource, Part, ReasoningPart } from '../conversation/request.js';
import { toolInput } from '../conversation/tool-input.js';
import { present, type JsonObject } from '../json.js';
import { toAnthropicToolId } from './tool-ids.js';

/**
 * Content blocks of one message. `prefill` marks the last message where the assistant has the word:
 * Anthropic refuses white space at its end.
 */
export function writeBlocks(parts: Part[], prefill: boolean): JsonObject[] {
  const blocks = parts.flatMap(writeBlock);
  const last = blocks.at(-1);
  if (prefill && typeof last?.['text'] === 'string') {
    last['text'] = last['text'].trimEnd();
    if (last['text'] === '') blocks.pop();
  }
  return blocks;
}

function writeBlock(part: Part): JsonObject[] {
  switch (part.kind) {
    case 'text':
      // Anthropic refuses texts that say nothing.
      if (part.text.trim() === '') return [];
      return [present({ type: 'text', text: part.text, cache_control: part.cacheControl })];
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image': {
      const source = writeSource(part.source);
      return [present({ type: 'image', source, cache_control: part.cacheControl })];
    }
    case 'file': {
      const { name: title, cacheControl: cache_control } = part;
      return [
        present({ type: 'document', source: writeSource(part.source), title, cache_control }),
      ];
    }
    case 'reasoning':
      return writeReasoning(part);
    case 'tool_call': {
      const { id, name, input, cacheControl: cache_control } = part;
      const block = { type: 'tool_use', id: toAnthropicToolId(id), name, input: toolInput(input) };
      return [present({ ...block, cache_control })];
    }
    case 'tool_result': {
      const block = {
        type: 'tool_result',
        tool_use_id: toAnthropicToolId(part.callId),
        content: writeBlocks(part.parts, false),
        is_error: part.isError,
        cache_control: part.cacheControl,
      };
      return [present(block)];
    }
  }
}

function writeSource(source: MediaSource): JsonObject {
  if (source.type === 'url') return { type: 'url', url: source.url };
  const data = textOfSource(source);
  if (data !== undefined) return { type: 'text', media_type: 'text/plain', data };
  const { mediaType, data: base64 } = source as Extract<MediaSource, { type: 'base64' }>;
  return { type: 'base64', media_type: mediaType, data: base64 };
}

/** Only Anthropic's own signed thinking may go back; any other would be refused. */
function writeReasoning({ text, seal }: ReasoningPart): JsonObject[] {
  if (seal?.vendor !== 'anthropic') return [];
  if (seal.redacted) return [{ type: 'redacted_thinking', data: seal.value }];
  return [{ type: 'thinking', thinking: text, signature: seal.value }];
}
