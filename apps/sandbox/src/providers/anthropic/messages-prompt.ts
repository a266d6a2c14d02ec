import type { Prompt, Tool, ToolChoice } from '../../generation/completion.js';
import type { BlockEnd, CacheLifetime } from '../../generation/breakpoint-cache.js';
import { readDirectives } from '../../generation/directives.js';
import { hashOf, seal } from '../../generation/hashing.js';
import { PrefixScanner } from '../../generation/prefix-scanner.js';
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from '../../json.js';
import { invalidRequest } from './anthropic-models.js';

const TURN_TOKENS = 3;
const IMAGE_TOKENS = 1568;
const DOCUMENT_TOKENS = 3000;
const MAX_BREAKPOINTS = 4;

export interface ScannedMessages {
  tokens: number;
  seed: number;
  blocks: BlockEnd[];
  directives: Prompt['directives'];
  question: string;
}

/** Reads tools, system and messages, in the order in which Anthropic caches them. */
export function scanMessages(body: JsonObject, model: string): ScannedMessages {
  return new MessagesScanner(model).scan(body);
}

class MessagesScanner {
  private readonly scanner: PrefixScanner;
  private readonly blocks: BlockEnd[] = [];
  private readonly directives: Prompt['directives'] = {};

  constructor(model: string) {
    this.scanner = new PrefixScanner(model, 0);
  }

  scan(body: JsonObject): ScannedMessages {
    for (const tool of arrayOf(body.tools).map(objectOf)) {
      const { cache_control: cacheControl, ...definition } = tool;
      this.scanner.text(JSON.stringify(definition));
      this.endBlock(cacheControl);
    }
    readDirectives(this.content(body.system, 'system'), this.directives);
    const messages = arrayOf(body.messages).map(objectOf);
    const lastUser = messages.findLastIndex(isPersonsTurn);
    let question = '';
    for (const [index, message] of messages.entries()) {
      this.scanner.opaque(stringOf(message.role), TURN_TOKENS);
      const text = this.content(message.content, `messages.${index}.content`);
      if (index === lastUser) {
        readDirectives(text, this.directives);
        if (messages.slice(index + 1).every(({ role }) => role === 'system')) question = text;
      }
    }
    const last = this.blocks.at(-1);
    if (last && isObject(body.cache_control)) last.lifetime = lifetimeOf(body.cache_control);
    this.checkBreakpoints();
    const { tokens, key } = this.scanner.prefix;
    const { blocks, directives } = this;
    return { tokens, seed: key, blocks, directives, question };
  }

  private content(content: unknown, path: string): string {
    if (typeof content === 'string') {
      this.scanner.text(content);
      this.endBlock(undefined);
      return content;
    }
    let text = '';
    for (const [index, block] of arrayOf(content).map(objectOf).entries()) {
      text += this.block(block, `${path}.${index}`);
      this.endBlock(block.cache_control);
    }
    return text;
  }

  private block(block: JsonObject, path: string): string {
    switch (block.type) {
      case 'text':
        this.scanner.text(stringOf(block.text));
        return stringOf(block.text);
      case 'image':
        this.opaque(block, IMAGE_TOKENS);
        return '';
      case 'document':
        this.opaque(block, DOCUMENT_TOKENS);
        return '';
      case 'tool_use':
        this.scanner.text(stringOf(block.name));
        this.scanner.text(JSON.stringify(block.input ?? {}));
        return '';
      case 'tool_result':
        this.content(block.content, `${path}.content`);
        return '';
      case 'thinking':
        if (block.signature !== seal(stringOf(block.thinking))) {
          throw invalidRequest(`${path}: Invalid \`signature\` in \`thinking\` block`);
        }
        this.scanner.text(stringOf(block.thinking));
        return '';
      default:
        return '';
    }
  }

  private opaque(block: JsonObject, tokens: number): void {
    const source = objectOf(block.source);
    const identity = stringOf(source.data ?? source.url ?? source.file_id);
    this.scanner.opaque(String(hashOf(identity)), tokens);
  }

  private endBlock(cacheControl: unknown): void {
    const lifetime = isObject(cacheControl) ? lifetimeOf(cacheControl) : undefined;
    this.blocks.push({ ...this.scanner.prefix, lifetime });
  }

  private checkBreakpoints(): void {
    const marked = this.blocks.filter((block) => block.lifetime);
    if (marked.length > MAX_BREAKPOINTS) {
      throw invalidRequest(
        `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. ` +
          `Found ${marked.length}.`,
      );
    }
    const first5m = marked.findIndex((block) => block.lifetime === '5m');
    const last1h = marked.findLastIndex((block) => block.lifetime === '1h');
    if (first5m >= 0 && last1h > first5m) {
      throw invalidRequest(
        "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.",
      );
    }
  }
}

function lifetimeOf(cacheControl: JsonObject): CacheLifetime {
  return cacheControl.ttl === '1h' ? '1h' : '5m';
}

/** A user turn that holds only tool results is not the person speaking. */
function isPersonsTurn(message: JsonObject): boolean {
  if (message.role !== 'user') return false;
  if (typeof message.content === 'string') return true;
  return arrayOf(message.content).some((block) => objectOf(block).type !== 'tool_result');
}

export function messagesTools(body: JsonObject): Tool[] {
  return arrayOf(body.tools)
    .map(objectOf)
    .flatMap((tool): Tool[] => {
      const parameters = isObject(tool.input_schema)
        ? tool.input_schema
        : inputOfClientTool(stringOf(tool.type));
      if (parameters === undefined) return [];
      return [{ name: stringOf(tool.name), freeform: false, parameters }];
    });
}

/** What a model makes up for the tools that Anthropic describes and the caller runs. */
function inputOfClientTool(type: string): JsonObject | undefined {
  const [, known = ''] = /^(bash|text_editor|memory)_\d+$/.exec(type) ?? [];
  if (known === '') return undefined;
  const given = { type: 'string' };
  const properties =
    known === 'bash' ? { command: given } : { command: { const: 'view' }, path: given };
  return { type: 'object', properties, required: Object.keys(properties) };
}

export function messagesToolChoice({ tool_choice: choice }: JsonObject): ToolChoice {
  if (!isObject(choice)) return 'auto';
  if (choice.type === 'tool') return { name: stringOf(choice.name) };
  if (choice.type === 'any') return 'required';
  return choice.type === 'none' ? 'none' : 'auto';
}

export function messagesOutputSchema(body: JsonObject): JsonObject | undefined {
  const format = objectOf(objectOf(body.output_config).format ?? body.output_format);
  return format.type === 'json_schema' ? objectOf(format.schema) : undefined;
}
