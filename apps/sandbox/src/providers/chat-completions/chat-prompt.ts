import { readDirectives } from '../../generation/directives.js';
import type { Prompt, Tool, ToolChoice } from '../../generation/completion.js';
import { PrefixScanner } from '../../generation/prefix-scanner.js';
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';

/** Tokens that each turn's frame costs. */
const TURN_TOKENS = 3;

export const JSON_OBJECT_SCHEMA: JsonObject = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
};

export interface ChatPromptOptions {
  model: string;
  /** Tokens between the prefixes that the provider's cache knows. */
  cacheStep: number;
  imageTokens: number;
  /** The member of an earlier reply in which reasoning is read; none is where it is left out. */
  reasoningField?: string;
}

export interface ScannedPrompt {
  scanner: PrefixScanner;
  directives: Prompt['directives'];
  question: string;
}

/** Reads the conversation of a chat completions request. `body.messages` is a list of objects. */
export function scanChat(body: JsonObject, options: ChatPromptOptions): ScannedPrompt {
  const scanner = new PrefixScanner(options.model, options.cacheStep);
  const messages = arrayOf(body.messages).map(objectOf);
  if (Array.isArray(body.tools)) scanner.text(JSON.stringify(body.tools));
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const directives: Prompt['directives'] = {};
  let question = '';
  for (const [index, message] of messages.entries()) {
    scanner.opaque(stringOf(message.role), TURN_TOKENS);
    const text = scanContent(message.content, scanner, options.imageTokens);
    if (options.reasoningField) scanner.text(stringOf(message[options.reasoningField]));
    for (const call of arrayOf(message.tool_calls).map(objectOf)) {
      const target = objectOf(call.function ?? call.custom);
      scanner.text(stringOf(target.name));
      scanner.text(stringOf(target.arguments ?? target.input));
    }
    if (instructs(message) || index === lastUser) readDirectives(text, directives);
    if (index === lastUser && messages.slice(index + 1).every(instructs)) question = text;
  }
  return { scanner, directives, question };
}

/** Whether a message is the developer's, not the person's. */
export function instructs({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

function scanContent(content: unknown, scanner: PrefixScanner, imageTokens: number): string {
  if (typeof content === 'string') {
    scanner.text(content);
    return content;
  }
  let text = '';
  for (const part of arrayOf(content).map(objectOf)) {
    if (part.type === 'image_url' || part.type === 'file' || part.type === 'input_audio') {
      const source = objectOf(part.image_url ?? part.file ?? part.input_audio);
      const identity = stringOf(source.url ?? source.file_data ?? source.file_id ?? source.data);
      scanner.opaque(identity, imageTokens);
    } else {
      const words = stringOf(part.text ?? part.refusal);
      scanner.text(words);
      text += words;
    }
  }
  return text;
}

export function chatTools(body: JsonObject): Tool[] {
  return arrayOf(body.tools)
    .map(objectOf)
    .flatMap((tool): Tool[] => {
      const freeform = tool.type === 'custom';
      const definition = objectOf(freeform ? tool.custom : tool.function);
      const name = stringOf(definition.name);
      if (name === '') return [];
      return [{ name, freeform, parameters: objectOf(definition.parameters) }];
    });
}

export function chatToolChoice(body: JsonObject): ToolChoice {
  const choice = body.tool_choice;
  if (choice === 'none' || choice === 'required') return choice;
  if (!isObject(choice)) return 'auto';
  return { name: stringOf(objectOf(choice.function ?? choice.custom).name) };
}

export function chatOutputSchema(body: JsonObject): JsonObject | undefined {
  const format = objectOf(body.response_format);
  if (format.type === 'json_object') return JSON_OBJECT_SCHEMA;
  if (format.type !== 'json_schema') return undefined;
  return objectOf(objectOf(format.json_schema).schema);
}

export function chatStops(body: JsonObject): string[] {
  if (typeof body.stop === 'string') return [body.stop];
  return arrayOf(body.stop).map(stringOf);
}
