import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../bytes.js';
import { MAX_JSON_DEPTH, MAX_JSON_ELEMENTS, MAX_JSON_MEMBERS, MAX_TURNS } from '../bounds.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_N,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  isDigit,
  isJsonSpace,
} from './bytes.js';
import type { HistoryMeasure } from './history-meter.js';
import { InputMeter, type InputMeasure } from './input-meter.js';
import { JsonScanError } from './json-scan-error.js';
import { Key, knownKeys } from './known-keys.js';
import { NameTable } from './name-table.js';
import { endOfLiteral, endOfNumber } from './scalars.js';
import { StringScanner } from './strings.js';

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/** A wanted top-level member; offsets are bytes, ends are exclusive. */
export interface JsonMember {
  kind: JsonKind;
  /** Position among the top-level members, from 0. */
  index: number;
  /** The key's opening quote. */
  keyStart: number;
  /** The end of the key, its closing quote included. */
  keyEnd: number;
  /** The comma before the key, or -1 for the first member. */
  commaBefore: number;
  valueStart: number;
  valueEnd: number;
}

export interface BodyScan {
  members: ReadonlyMap<string, JsonMember>;
  /** The top-level members that were not wanted, in order. */
  others: readonly JsonMember[];
  /** Top-level members in all. */
  memberCount: number;
  /** Members of objects and elements of arrays, at any depth. */
  valueCount: number;
  /** The document's closing brace. */
  closeOffset: number;
  input: InputMeasure;
  history: HistoryMeasure;
}

/**
 * Checks that `body` is one JSON object and finds the `wanted` top-level members, without building
 * any of it. Throws `JsonScanError`; never recurses.
 */
export function scanBody(
  body: Uint8Array,
  wanted: ReadonlySet<string> | readonly string[],
): BodyScan {
  const bytes = asBuffer(body);
  if (!isUtf8(bytes)) throw new JsonScanError('invalid_utf8', 'the body is not valid UTF-8', 0);
  return new BodyScanner(bytes, tableOf(wanted)).scan();
}

/** A caller wants the same members of every body: their table is made once. */
const tables = new WeakMap<object, NameTable<string>>();

function tableOf(wanted: ReadonlySet<string> | readonly string[]): NameTable<string> {
  let table = tables.get(wanted);
  if (table === undefined) {
    table = new NameTable([...wanted].map((name) => [name, name] as const));
    tables.set(wanted, table);
  }
  return table;
}

/** The key of a member, as it is spelled out. */
export function nameOf(body: Uint8Array, { keyStart, keyEnd }: JsonMember): string {
  return JSON.parse(asBuffer(body).toString('utf8', keyStart, keyEnd)) as string;
}

/** The parsed value of one wanted member, or undefined where the body does not have it. */
export function readMember(body: Uint8Array, scan: BodyScan, key: string): unknown {
  const member = scan.members.get(key);
  if (member === undefined) return undefined;
  return JSON.parse(asBuffer(body).toString('utf8', member.valueStart, member.valueEnd));
}

/** 1 where the container at that depth is an array. Shared by all scans, which run one at a time. */
const IS_ARRAY = new Uint8Array(MAX_JSON_DEPTH + 1);

class BodyScanner {
  private pos = 0;
  private depth = 0;
  private readonly isArray = IS_ARRAY;
  private readonly strings: StringScanner;
  private readonly meter: InputMeter;
  private readonly members = new Map<string, JsonMember>();
  private readonly others: JsonMember[] = [];
  private memberCount = 0;
  private totalMembers = 0;
  private totalElements = 0;
  private lastComma = -1;
  private current: JsonMember | undefined;

  constructor(
    private readonly body: Buffer,
    private readonly wanted: NameTable<string>,
  ) {
    this.strings = new StringScanner(body);
    this.meter = new InputMeter(body);
  }

  scan(): BodyScan {
    if (this.skipSpace() !== OPEN_BRACE) {
      throw new JsonScanError('not_an_object', 'the body must be a JSON object', this.pos);
    }
    this.pos++;
    this.depth = 1;
    this.isArray[1] = 0;
    let justOpened = true;
    while (this.depth > 0) justOpened = this.step(justOpened);
    const closeOffset = this.pos - 1;
    if (this.skipSpace() !== undefined) this.fail('there is something after the JSON object');
    return {
      members: this.members,
      others: this.others,
      memberCount: this.memberCount,
      valueCount: this.totalMembers + this.totalElements,
      closeOffset,
      input: this.meter.measure(),
      history: this.meter.history.measure,
    };
  }

  /** One member, element or closing bracket; true when it opened a container. */
  private step(justOpened: boolean): boolean {
    const isArray = this.isArray[this.depth] === 1;
    const closer = isArray ? CLOSE_BRACKET : CLOSE_BRACE;
    let byte = this.skipSpace();
    if (byte === closer) return this.close();
    if (!justOpened) {
      if (byte !== COMMA) this.fail('the body is not valid JSON');
      if (this.depth === 1) this.lastComma = this.pos;
      this.pos++;
      byte = this.skipSpace();
    }
    if (!isArray) return this.member(byte);
    if (++this.totalElements > MAX_JSON_ELEMENTS) {
      this.tooMany(`at most ${MAX_JSON_ELEMENTS} elements of arrays`);
    }
    if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) this.meter.element(this.depth);
    return this.value(byte, Key.other);
  }

  private member(byte: number | undefined): boolean {
    if (byte !== QUOTE) this.fail('an object key must be a string');
    if (++this.totalMembers > MAX_JSON_MEMBERS) {
      this.tooMany(`at most ${MAX_JSON_MEMBERS} members of objects`);
    }
    const keyStart = this.pos;
    const keyEnd = this.strings.end(keyStart + 1);
    const { escaped } = this.strings;
    this.pos = keyEnd + 1;
    if (this.skipSpace() !== COLON) this.fail('an object key must be followed by a colon');
    this.pos++;
    const first = this.skipSpace();
    if (this.depth === 1) {
      const name = this.wanted.find(this.body, keyStart + 1, keyEnd, escaped);
      this.topLevelMember(name, keyStart, keyEnd + 1, first);
    }
    const key = knownKeys.find(this.body, keyStart + 1, keyEnd, escaped);
    if (key === undefined) return this.value(first, Key.other);
    this.meter.history.key(key);
    if (key === Key.toolCalls && this.holdsNothing(first)) this.meter.history.measure.emptyCalls++;
    return this.value(first, key);
  }

  /** Whether the value is null or an empty array. */
  private holdsNothing(first: number | undefined): boolean {
    if (first !== OPEN_BRACKET) return first === LOWER_N;
    let next = this.pos + 1;
    while (isJsonSpace(this.body[next])) next++;
    return this.body[next] === CLOSE_BRACKET;
  }

  private topLevelMember(
    name: string | undefined,
    keyStart: number,
    keyEnd: number,
    first: number | undefined,
  ): void {
    const index = this.memberCount++;
    if (name !== undefined && this.members.has(name)) {
      throw new JsonScanError('duplicate_key', `'${name}' is given twice`, keyStart, name);
    }
    this.current = {
      kind: kindOf(first),
      index,
      keyStart,
      keyEnd,
      commaBefore: index === 0 ? -1 : this.lastComma,
      valueStart: this.pos,
      valueEnd: this.pos,
    };
    if (name === undefined) this.others.push(this.current);
    else this.members.set(name, this.current);
  }

  /** Reads a scalar, or opens a container and returns true. */
  private value(first: number | undefined, key: Key): boolean {
    if (first === OPEN_BRACE || first === OPEN_BRACKET)
      return this.open(key, first === OPEN_BRACKET);
    if (first === QUOTE) {
      const start = this.pos + 1;
      const end = this.strings.end(start);
      if (key !== Key.other) {
        this.meter.string(this.depth, key, start, end, this.strings.escaped);
      }
      this.pos = end + 1;
    } else {
      if (key !== Key.other && first !== LOWER_N) this.meter.scalar(this.depth, key);
      const isNumber = first === MINUS || isDigit(first);
      this.pos = isNumber ? endOfNumber(this.body, this.pos) : endOfLiteral(this.body, this.pos);
    }
    this.valueEnded();
    return false;
  }

  private open(key: Key, isArray: boolean): true {
    if (this.depth === MAX_JSON_DEPTH) {
      throw new JsonScanError(
        'too_deep',
        `the body is nested too deep: at most ${MAX_JSON_DEPTH} levels`,
        this.pos,
      );
    }
    this.pos++;
    this.depth++;
    this.isArray[this.depth] = isArray ? 1 : 0;
    this.meter.opened(this.depth, key, isArray);
    if (this.meter.turns > MAX_TURNS) {
      const message = `there are too many messages: at most ${MAX_TURNS}`;
      throw new JsonScanError('too_many_members', message, this.pos, this.meter.turnsName);
    }
    return true;
  }

  private close(): false {
    this.meter.closed(this.depth);
    this.depth--;
    this.pos++;
    this.valueEnded();
    return false;
  }

  private valueEnded(): void {
    if (this.depth === 1 && this.current !== undefined) this.current.valueEnd = this.pos;
  }

  private skipSpace(): number | undefined {
    while (isJsonSpace(this.body[this.pos])) this.pos++;
    return this.body[this.pos];
  }

  private tooMany(most: string): never {
    throw new JsonScanError('too_many_members', `the body is too large: ${most}`, this.pos);
  }

  private fail(message: string): never {
    throw new JsonScanError('invalid_json', message, this.pos);
  }
}

function kindOf(first: number | undefined): JsonKind {
  switch (first) {
    case OPEN_BRACE:
      return 'object';
    case OPEN_BRACKET:
      return 'array';
    case QUOTE:
      return 'string';
    case 0x74:
    case 0x66:
      return 'boolean';
    case LOWER_N:
      return 'null';
    default:
      return 'number';
  }
}
