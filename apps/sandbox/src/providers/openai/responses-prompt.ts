import type { Tool, ToolChoice } from '../../generation/completion.js';
import { readDirectives } from '../../generation/directives.js';
import { isSealed } from '../../generation/hashing.js';
import { PrefixScanner } from '../../generation/prefix-scanner.js';
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';
import { clientTool } from './client-tools.js';
import {
  instructs,
  JSON_OBJECT_SCHEMA,
  type ScannedPrompt,
} from '../chat-completions/chat-prompt.js';
import { OPENAI_IMAGE_TOKENS } from './openai-models.js';
import { invalid } from './openai-requests.js';

const ITEM_TOKENS = 3;

/** Reads the input of a Responses request. Throws for sealed content that was not made here. */
export function scanResponsesInput(
  body: JsonObject,
  model: string,
  cacheStep: number,
): ScannedPrompt {
  const scanner = new PrefixScanner(model, cacheStep);
  if (Array.isArray(body.tools)) scanner.text(JSON.stringify(body.tools));
  const directives: ScannedPrompt['directives'] = {};
  const instructions = stringOf(body.instructions);
  scanner.text(instructions);
  readDirectives(instructions, directives);
  const items = inputItems(body.input);
  const lastUser = items.findLastIndex((item) => item.role === 'user');
  let question = '';
  for (const [index, item] of items.entries()) {
    const role = stringOf(item.role);
    scanner.opaque(role || stringOf(item.type), ITEM_TOKENS);
    const text = scanItem(item, index, scanner);
    if (instructs(item) || index === lastUser) readDirectives(text, directives);
    if (index === lastUser && items.slice(index + 1).every(instructs)) question = text;
  }
  return { scanner, directives, question };
}

export function inputItems(input: unknown): JsonObject[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return arrayOf(input).map(objectOf);
}

function scanItem(item: JsonObject, index: number, scanner: PrefixScanner): string {
  switch (item.type) {
    case 'function_call':
    case 'custom_tool_call':
      scanner.text(stringOf(item.name));
      scanner.text(stringOf(item.arguments ?? item.input));
      return '';
    case 'function_call_output':
    case 'custom_tool_call_output':
      return scanContent(item.output, scanner);
    case 'compaction':
      checkSealed(item, index);
      scanner.text(stringOf(item.encrypted_content));
      return '';
    case 'reasoning':
      checkSealed(item, index);
      for (const part of arrayOf(item.summary).map(objectOf)) scanner.text(stringOf(part.text));
      return '';
    default:
      return scanContent(item.content, scanner);
  }
}

function checkSealed(item: JsonObject, index: number): void {
  const encrypted = item.encrypted_content;
  if (encrypted === undefined || encrypted === null) return;
  if (typeof encrypted === 'string' && isSealed(encrypted)) return;
  throw invalid(
    `The encrypted content for item ${stringOf(item.id)} could not be verified.`,
    `input[${index}].encrypted_content`,
    'invalid_encrypted_content',
  );
}

function scanContent(content: unknown, scanner: PrefixScanner): string {
  if (typeof content === 'string') {
    scanner.text(content);
    return content;
  }
  let text = '';
  for (const part of arrayOf(content).map(objectOf)) {
    if (part.type === 'input_image' || part.type === 'input_file') {
      const identity = part.image_url ?? part.file_data ?? part.file_url ?? part.file_id;
      scanner.opaque(stringOf(identity), OPENAI_IMAGE_TOKENS);
    } else {
      const words = stringOf(part.text ?? part.refusal);
      scanner.text(words);
      text += words;
    }
  }
  return text;
}

/** The tools that the model may call: those that are allowed, where a choice says which. */
export function responsesTools(body: JsonObject): Tool[] {
  const { type: choice, tools: allowed } = objectOf(body.tool_choice);
  const names = new Set(arrayOf(allowed).map((tool) => objectOf(tool).name));
  const brought = arrayOf(body.input)
    .map(objectOf)
    .filter(({ type }) => type === 'additional_tools' || type === 'tool_search_output')
    .flatMap((item) => arrayOf(item.tools));
  return [...arrayOf(body.tools), ...brought]
    .map(objectOf)
    .flatMap((tool) => callable(tool))
    .filter((tool) => choice !== 'allowed_tools' || names.has(tool.name));
}

function callable(declared: JsonObject, namespace?: string): Tool[] {
  const { type } = declared;
  const name = stringOf(declared.name);
  if (type === 'namespace') {
    return arrayOf(declared.tools).flatMap((tool) => callable(objectOf(tool), name));
  }
  if (type === 'function' || type === 'custom') {
    const tool = { name, freeform: type === 'custom', parameters: objectOf(declared.parameters) };
    return [namespace === undefined ? tool : { ...tool, namespace }];
  }
  const tool = clientTool(declared);
  return tool === undefined ? [] : [tool];
}

export function responsesToolChoice(body: JsonObject): ToolChoice {
  const choice = body.tool_choice;
  if (choice === 'none' || choice === 'required') return choice;
  if (objectOf(choice).mode === 'required') return 'required';
  if (!isObject(choice)) return 'auto';
  const name = choice.name ?? clientTool({ environment: { type: 'local' }, ...choice })?.name;
  return typeof name === 'string' ? { name } : 'auto';
}

export function responsesOutputSchema(body: JsonObject): JsonObject | undefined {
  const format = objectOf(objectOf(body.text).format);
  if (format.type === 'json_object') return JSON_OBJECT_SCHEMA;
  return format.type === 'json_schema' ? objectOf(format.schema) : undefined;
}
