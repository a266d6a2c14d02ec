import { parseObject, type JsonObject } from '../json.js';

/** A tool's arguments as the object that Anthropic wants them to be. */
export function toolInput(text: string): JsonObject {
  if (text.trim() === '') return {};
  return parseObject(text) ?? { input: text };
}
