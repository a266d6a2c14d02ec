import type { Annotation } from '../conversation/request.js';
import { numberAt, stringAt, type JsonObject } from '../json.js';

export function readCitation(raw: JsonObject): Annotation {
  return {
    vendor: 'anthropic',
    raw,
    url: stringAt(raw, 'url') ?? stringAt(raw, 'source'),
    title: stringAt(raw, 'title') ?? stringAt(raw, 'document_title'),
    citedText: stringAt(raw, 'cited_text'),
    startIndex: numberAt(raw, 'start_char_index'),
    endIndex: numberAt(raw, 'end_char_index'),
  };
}

/** Anthropic's client knows only its own kinds: what came from OpenAI is said as a web result. */
export function writeCitation(annotation: Annotation): JsonObject {
  if (annotation.vendor === 'anthropic') return annotation.raw;
  return {
    type: 'web_search_result_location',
    url: annotation.url ?? '',
    title: annotation.title ?? null,
    cited_text: annotation.citedText ?? '',
    encrypted_index: '',
  };
}
