import type { Annotation } from '../conversation/request.js';
import { numberAt, stringAt, type JsonObject } from '../json.js';

export function readResponsesAnnotation(raw: JsonObject): Annotation {
  return {
    vendor: 'openai',
    raw,
    url: stringAt(raw, 'url'),
    title: stringAt(raw, 'title'),
    startIndex: numberAt(raw, 'start_index'),
    endIndex: numberAt(raw, 'end_index'),
  };
}

export function writeResponsesAnnotation(annotation: Annotation): JsonObject {
  return {
    type: 'url_citation',
    url: annotation.url ?? '',
    title: annotation.title ?? '',
    start_index: annotation.startIndex ?? 0,
    end_index: annotation.endIndex ?? 0,
  };
}
