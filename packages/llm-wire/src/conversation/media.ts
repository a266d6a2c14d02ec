import type { MediaSource } from './request.js';

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
