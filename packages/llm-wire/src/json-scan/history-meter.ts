import { BILLING_HEADER } from '../conversation/billing-line.js';
import { FOREIGN_SEAL } from '../conversation/seals.js';
import { Key } from './known-keys.js';
import { NameTable } from './name-table.js';

/**
 * What a conversation holds that another vendor's model may have left there, so that only a body with
 * something to mend is parsed. Counts may be too high, never too low.
 */
export interface HistoryMeasure {
  /** Thinking blocks and reasoning items without a seal of the vendor whose format this is. */
  foreignReasoning: number;
  /** Those with one. */
  sealedReasoning: number;
  /** Parts whose text is nothing but white space. */
  blankTexts: number;
  /** Turns of `developer`, and of `system` after the first turn. */
  looseInstructions: number;
  /** Members of any place by which chat's extensions carry reasoning, or set cache breakpoints. */
  shownReasoning: number;
  breakpoints: number;
  /** Texts that may be Claude Code's line for Anthropic's accounts. */
  billingLines: number;
  /** The tool calls that the last turns answer were not all thought about in the vendor's own seal. */
  unsignedToolLoop: boolean;
  /** Members `tool_calls` of any place that hold none: null, or an empty list. */
  emptyCalls: number;
  /** Where the strings under `arguments` begin and end, quotes included. */
  callInputs: Array<[start: number, end: number]>;
  /** Bytes of the longest id by which a tool's result names its call. */
  longestCallId: number;
}

type Kind = 'reasoning' | 'call' | 'result';
const kinds = new NameTable<Kind>([
  ['thinking', 'reasoning'],
  ['redacted_thinking', 'reasoning'],
  ['reasoning', 'reasoning'],
  ['tool_use', 'call'],
  ['tool_result', 'result'],
]);
type Role = 'system' | 'developer' | 'user' | 'assistant';
const roles = new NameTable<Role>([
  ['system', 'system'],
  ['developer', 'developer'],
  ['user', 'user'],
  ['assistant', 'assistant'],
]);

const BILLING = Buffer.from(BILLING_HEADER);
/** As much of a seal as tells whether another vendor's name stands before it. */
const LONGEST_VENDOR = 17;
/** A longer text is taken for one that says something; its white space could be escaped. */
const LONGEST_BLANK = 32;
const BLANK = /^(?:[ \t]|\\[nrt])*$/;

/** A turn or a part: what it is, and whether its vendor has sealed it. */
class Open {
  kind: Kind | undefined;
  isSealed = false;

  begin(): void {
    this.kind = undefined;
    this.isSealed = false;
  }

  end(measure: HistoryMeasure): void {
    if (this.kind !== 'reasoning') return;
    if (this.isSealed) measure.sealedReasoning++;
    else measure.foreignReasoning++;
  }
}

/** Follows the walk through one body's turns and their parts. */
export class HistoryMeter {
  readonly measure: HistoryMeasure = {
    foreignReasoning: 0,
    sealedReasoning: 0,
    blankTexts: 0,
    looseInstructions: 0,
    shownReasoning: 0,
    breakpoints: 0,
    billingLines: 0,
    unsignedToolLoop: false,
    emptyCalls: 0,
    callInputs: [],
    longestCallId: 0,
  };
  private readonly turn = new Open();
  private readonly part = new Open();
  private turns = 0;
  private role: Role | undefined;
  private parts = 0;
  private thinksFirst = false;
  private hasCalls = false;
  private hasResults = false;

  constructor(private readonly body: Buffer) {}

  /** A member with a key that is known. */
  key(key: Key): void {
    if (key === Key.shown) this.measure.shownReasoning++;
    else if (key === Key.breakpoint) this.measure.breakpoints++;
  }

  turnOpened(): void {
    this.turns++;
    this.turn.begin();
    this.role = undefined;
    this.parts = 0;
    this.thinksFirst = false;
    this.hasCalls = false;
    this.hasResults = false;
  }

  turnClosed(): void {
    const { measure, role } = this;
    this.turn.end(measure);
    if (role === 'user' && !this.hasResults) measure.unsignedToolLoop = false;
    else if (role === 'assistant' && this.hasCalls && !this.thinksFirst) {
      measure.unsignedToolLoop = true;
    } else if (role === 'developer' || (role === 'system' && this.turns > 1)) {
      measure.looseInstructions++;
    }
  }

  partOpened(): void {
    this.part.begin();
  }

  partClosed(): void {
    const { kind, isSealed } = this.part;
    this.part.end(this.measure);
    this.part.begin();
    if (this.parts++ === 0) this.thinksFirst = kind === 'reasoning' && isSealed;
    if (kind === 'call') this.hasCalls = true;
    else if (kind === 'result') this.hasResults = true;
  }

  /** A string of a turn. */
  inTurn(key: Key, start: number, end: number, escaped: boolean): void {
    const { body, measure, turn } = this;
    if (key === Key.type) turn.kind = kinds.find(body, start, end, escaped);
    else if (key === Key.role) this.role = roles.find(body, start, end, escaped);
    else if (key === Key.content) this.said(start, end);
    else if (key === Key.seal) turn.isSealed = this.isOwnSeal(start, end);
    else if (key === Key.callId) {
      measure.longestCallId = Math.max(measure.longestCallId, end - start);
    }
  }

  /** A string of a part. */
  inPart(key: Key, start: number, end: number, escaped: boolean): void {
    const { body, measure, part } = this;
    if (key === Key.type) part.kind = kinds.find(body, start, end, escaped);
    else if (key === Key.seal || key === Key.data) part.isSealed = this.isOwnSeal(start, end);
    else if (key === Key.text) {
      this.said(start, end);
      if (end - start <= LONGEST_BLANK && BLANK.test(this.slice(start, end))) measure.blankTexts++;
    }
  }

  private said(start: number, end: number): void {
    let i = 0;
    while (i < BILLING.length && this.body[start + i] === BILLING[i]) i++;
    if (i === BILLING.length && i < end - start) this.measure.billingLines++;
  }

  private isOwnSeal(start: number, end: number): boolean {
    if (start === end) return false;
    return !FOREIGN_SEAL.test(this.slice(start, Math.min(end, start + LONGEST_VENDOR)));
  }

  private slice(start: number, end: number): string {
    return this.body.toString('latin1', start, end);
  }
}
