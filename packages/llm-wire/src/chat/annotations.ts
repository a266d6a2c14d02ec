import type { Annotation } from '../conversation/request.js';
import { numberAt, objectAt, stringAt, type JsonObject } from '../json.js';

export function readChatAnnotation(raw: JsonObject): Annotation {
  const citation = objectAt(raw, 'url_citation');
  return {
    vendor: 'openai',
    raw,
    url: stringAt(citation, 'url'),
    title: stringAt(citation, 'title'),
    startIndex: numberAt(citation, 'start_index'),
    endIndex: numberAt(citation, 'end_index'),
  };
}

export function writeChatAnnotation(annotation: Annotation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: {
      url: annotation.url ?? '',
      title: annotation.title ?? '',
      start_index: annotation.startIndex ?? 0,
      end_index: annotation.endIndex ?? 0,
    },
  };
}
