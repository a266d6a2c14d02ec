import { parseObject, type JsonObject } from '../json.js';

/** A call's input as the object that some servers want it to be: models may be cut in the middle of it. */
export function toolInput(text: string): JsonObject {
  if (text.trim() === '') return {};
  return parseObject(text) ?? { input: text };
}

/** The same as JSON text; as the model wrote it where that is an object, so that prompt caches hold. */
export function toolInputText(text: string): string {
  return isToolInput(text) ? text : JSON.stringify(toolInput(text));
}

export function isToolInput(text: string): boolean {
  return text.trim() === '' || parseObject(text) !== undefined;
}
