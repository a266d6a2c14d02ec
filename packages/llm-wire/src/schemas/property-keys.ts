import { isObject, objectAt, parseObject, arrayAt, type JsonObject } from '../json.js';
import { shortened } from '../short-names.js';

/** What Anthropic takes as the key of a tool's property. */
const TAKEN = /^[a-zA-Z0-9_.-]{1,64}$/;
const MAX_CHARS = 64;

/** Keys as the caller knows them, by those that are sent. */
export type SentKeys = ReadonlyMap<string, string>;

/** The schema with keys that Anthropic takes, and those that are not the caller's; the same where all are. */
export function withTakenKeys(schema: JsonObject): { schema: JsonObject; keys: SentKeys } {
  const properties = objectAt(schema, 'properties') ?? {};
  const sent = new Map<string, string>();
  for (const key of Object.keys(properties)) {
    if (!TAKEN.test(key)) sent.set(key, shortened(key.replaceAll(/[^\w.-]/g, '_'), MAX_CHARS, key));
  }
  if (sent.size === 0) return { schema, keys: sent };
  const rename = (key: unknown): unknown => sent.get(String(key)) ?? key;
  const required = arrayAt(schema, 'required').map(rename);
  const renamed: JsonObject = { ...schema, properties: renameKeys(properties, sent) };
  if ('required' in schema) renamed['required'] = required;
  return { schema: renamed, keys: new Map([...sent].map(([own, as]) => [as, own])) };
}

/** A call's input as it was sent, from the caller's own keys. */
export function withSentKeys(input: string, keys: SentKeys): string {
  const object = parseObject(input);
  if (!isObject(object)) return input;
  const sent = new Map([...keys].map(([as, own]) => [own, as]));
  return JSON.stringify(renameKeys(object, sent));
}

function renameKeys(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]),
  );
}

/** Gives streamed arguments with the caller's own keys, as they come. */
export class OwnKeysStream {
  private depth = 0;
  private state: 'outside' | 'value' | 'key' = 'outside';
  private isEscaped = false;
  /** At the top of the object a string is a key until a colon follows. */
  private expectsKey = false;
  private key = '';

  constructor(private readonly keys: SentKeys) {}

  push(json: string): string {
    let out = '';
    for (const char of json) {
      if (this.state === 'outside') out += this.outside(char);
      else out += this.inString(char);
    }
    return out;
  }

  /** What is left when the call ends. */
  end(): string {
    const rest = this.key;
    this.key = '';
    return rest;
  }

  private outside(char: string): string {
    if (char === '{' || char === '[') this.depth++;
    else if (char === '}' || char === ']') this.depth--;
    if (this.depth === 1 && (char === '{' || char === ',')) this.expectsKey = true;
    if (char !== '"') return char;
    if (this.depth !== 1 || !this.expectsKey) {
      this.state = 'value';
      return char;
    }
    this.state = 'key';
    this.expectsKey = false;
    this.key = char;
    return '';
  }

  private inString(char: string): string {
    const isKey = this.state === 'key';
    if (isKey) this.key += char;
    const ends = char === '"' && !this.isEscaped;
    this.isEscaped = char === '\\' && !this.isEscaped;
    if (ends) this.state = 'outside';
    if (!isKey) return char;
    return ends ? this.ownKey() : '';
  }

  private ownKey(): string {
    const written = this.end();
    const own = this.keys.get(written.slice(1, -1));
    return own === undefined ? written : JSON.stringify(own);
  }
}
