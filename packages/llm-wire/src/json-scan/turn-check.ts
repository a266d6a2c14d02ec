import { Key } from './known-keys.js';
import { NameTable } from './name-table.js';

/** A place in the turns of a chat request that has no sense; `expected` is undefined where something lacks. */
export interface TurnFault {
  param: string;
  expected: string | undefined;
}

const Content = { required: 1, optional: 2 } as const;
type Content = (typeof Content)[keyof typeof Content];

const roles = new NameTable<Content>([
  ['system', Content.required],
  ['developer', Content.required],
  ['user', Content.required],
  ['tool', Content.required],
  ['assistant', Content.optional],
  ['function', Content.optional],
]);
const partTypes = new NameTable(
  ['text', 'refusal', 'thinking', 'image_url', 'input_audio', 'file', 'video_url', 'audio_url'].map(
    (type) => [type, true] as const,
  ),
);

/**
 * Follows the turns of one body as chat completions has them, and keeps the first fault: some servers
 * take anything in their place.
 */
export class TurnCheck {
  turns = 0;
  fault: TurnFault | undefined;
  private role: Content | undefined;
  private hasRole = false;
  private hasContent = false;
  private part = 0;
  private hasType = false;

  constructor(private readonly body: Buffer) {}

  /** An element of the turns, or of the parts of one, that is no object. */
  strayElement(inTurns: boolean): void {
    if (inTurns) this.fail(`messages[${this.turns++}]`, 'an object');
    else this.fail(`${this.turn}.content[${this.part++}]`, 'an object');
  }

  turnOpened(): void {
    this.turns++;
    this.role = undefined;
    this.hasRole = this.hasContent = false;
    this.part = 0;
  }

  turnClosed(): void {
    if (!this.hasRole) this.fail(`${this.turn}.role`, undefined);
    if (!this.hasContent && this.role === Content.required) {
      this.fail(`${this.turn}.content`, undefined);
    }
  }

  partOpened(): void {
    this.part++;
    this.hasType = false;
  }

  partClosed(): void {
    if (!this.hasType) this.fail(`${this.openPart}.type`, undefined);
  }

  /** A string in a turn. */
  turnString(key: Key, start: number, end: number, escaped: boolean): void {
    if (key === Key.content) this.hasContent = true;
    if (key !== Key.role) return;
    this.hasRole = true;
    this.role = roles.find(this.body, start, end, escaped);
    if (this.role === undefined) {
      this.fail(`${this.turn}.role`, 'one of system, developer, user, assistant, tool');
    }
  }

  partString(key: Key, start: number, end: number, escaped: boolean): void {
    if (key !== Key.type) return;
    this.hasType = true;
    if (partTypes.find(this.body, start, end, escaped) === undefined) {
      this.fail(`${this.openPart}.type`, 'one of text, image_url, input_audio, file');
    }
  }

  /** Another value than a string or null in a turn. */
  turnValue(key: Key, isArray: boolean): void {
    if (key === Key.role) {
      this.hasRole = true;
      this.fail(`${this.turn}.role`, 'a string');
    } else if (key === Key.content) {
      this.hasContent = true;
      if (!isArray) this.fail(`${this.turn}.content`, 'a string or an array of parts');
    }
  }

  partValue(key: Key): void {
    if (key === Key.type) this.hasType = true;
    if (key === Key.type) this.fail(`${this.openPart}.type`, 'a string');
    else if (key === Key.text) this.fail(`${this.openPart}.text`, 'a string');
  }

  private get turn(): string {
    return `messages[${this.turns - 1}]`;
  }

  private get openPart(): string {
    return `${this.turn}.content[${this.part - 1}]`;
  }

  private fail(param: string, expected: string | undefined): void {
    this.fault ??= { param, expected };
  }
}
