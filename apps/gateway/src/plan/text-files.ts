import { sourceOfUrl, textOfSource, withName } from '@modelbridge/llm-wire';

type Json = Record<string, unknown>;

/** The text of a file part that is nothing but text, in any of the APIs; undefined for any other. */
export function textOfFile(part: Json): string | undefined {
  const file = objectAt(part, 'file') ?? part;
  const text = textOfData(file['file_data']) ?? textOfDocument(objectAt(part, 'source'));
  const name = file['filename'] ?? part['title'];
  if (text === undefined) return undefined;
  return withName(typeof name === 'string' ? name : undefined, text);
}

function textOfData(data: unknown): string | undefined {
  return typeof data === 'string' ? textOfSource(sourceOfUrl(data)) : undefined;
}

function textOfDocument(source: Json | undefined): string | undefined {
  const { type, data, media_type: mediaType, content } = source ?? {};
  if (type === 'content') return textOfContent(content);
  if (typeof data !== 'string') return undefined;
  if (type === 'text') return data;
  const isBase64 = type === 'base64' && typeof mediaType === 'string';
  return isBase64 ? textOfSource({ type, mediaType, data }) : undefined;
}

/** Anthropic's documents of content blocks, as far as they are text. */
function textOfContent(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((block: Json | null) => block?.['text']);
  return texts.every((text) => typeof text === 'string') ? texts.join('\n\n') : undefined;
}

function objectAt(object: Json, key: string): Json | undefined {
  const value = object[key];
  return typeof value === 'object' && value !== null ? (value as Json) : undefined;
}
