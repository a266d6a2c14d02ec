import { present } from '../json.js';
import { unsupported } from './request-error.js';
import type { MediaSource, Part, TextPart, Turn } from './request.js';

const DATA_URL = /^data:([^;,]*)(?:;[^;,]*)*;base64,/;

/** A URL as it stands, or the content of a base64 data URL. Nothing is ever fetched. */
export function sourceOfUrl(url: string): MediaSource {
  const match = DATA_URL.exec(url.slice(0, 256));
  if (match === null) return { type: 'url', url };
  return { type: 'base64', mediaType: match[1]!, data: url.slice(match[0].length) };
}

/** The source as a URL, for formats that have nothing else. */
export function urlOfSource(source: MediaSource): string {
  if (source.type === 'url') return source.url;
  if (source.type === 'base64') return `data:${source.mediaType};base64,${source.data}`;
  return `data:text/plain;base64,${Buffer.from(source.text).toString('base64')}`;
}

/** The source of an image, its type as vendors spell it. Throws 400 for drawings, which none of them takes. */
export function imageOf(source: MediaSource, param: string): MediaSource {
  if (source.type !== 'base64') return source;
  const mediaType = source.mediaType.toLowerCase();
  if (mediaType.startsWith('image/svg')) {
    throw unsupported(param, 'no model takes image/svg+xml; send a PNG, or its source as text');
  }
  return { ...source, mediaType: mediaType === 'image/jpg' ? 'image/jpeg' : mediaType };
}

const TEXTUAL = /^(text\/|application\/(json|xml|yaml|x-yaml|javascript)\b)/;

/** What the source says, where it is nothing but text. */
export function textOfSource(source: MediaSource): string | undefined {
  if (source.type === 'text') return source.text;
  if (source.type === 'url' || !TEXTUAL.test(source.mediaType)) return undefined;
  return Buffer.from(source.data, 'base64').toString();
}

/** Text files as texts, which every model reads. */
export function withTextFiles(turns: Turn[]): Turn[] {
  return turns.map(({ role, parts }) => ({ role, parts: parts.map(withTextFile) }));
}

function withTextFile(part: Part): Part {
  if (part.kind === 'tool_result') return { ...part, parts: part.parts.map(asText) };
  return part.kind === 'file' ? asText(part) : part;
}

function asText<T extends Part>(part: T): T | TextPart {
  const text = part.kind === 'file' ? textOfSource(part.source) : undefined;
  if (part.kind !== 'file' || text === undefined) return part;
  const { name, cacheControl } = part;
  return present<TextPart>({ kind: 'text', text: withName(name, text), cacheControl });
}

/** A file's text under its name. */
export function withName(name: string | undefined, text: string): string {
  return name === undefined ? text : `${name}\n\n${text}`;
}
