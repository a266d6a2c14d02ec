/** How a key ended, and what was seen of it. */
export interface Destruction {
  at: Date;
  /** The act, in words of the adapter. */
  how: string;
  /** What was checked afterwards. */
  evidence: string;
}

/** Named keys that never leave where they are kept. */
export abstract class Keyring {
  /** What receipts call it: `files`, `vault-transit`. */
  abstract readonly kind: string;
  /** Makes the key where there is none; one that is there stays as it is. */
  abstract create(name: string): Promise<void>;
  /**
   * 32 bytes that follow from the key and the context and tell nothing of the key. Throws KeyMissingError without a key:
   * it is never made here.
   */
  abstract derive(name: string, context: string): Promise<Buffer>;
  /** Ends the key for good and sees that it is gone. Right also where there is none. */
  abstract destroy(name: string): Promise<Destruction>;
  /** Names of the keys that there are. */
  abstract list(): Promise<string[]>;
}

/** There is no key of this name: destroyed, lost or never made. */
export class KeyMissingError extends Error {
  override readonly name = 'KeyMissingError';

  constructor(readonly keyName: string) {
    super(`the keyring has no key ${keyName}`);
  }
}

/** The name was destroyed: there is no key of it any more and there will be none. */
export class KeyDestroyedError extends Error {
  override readonly name = 'KeyDestroyedError';

  constructor(readonly keyName: string) {
    super(`the key ${keyName} was destroyed`);
  }
}

const dayPattern = /^day-(\d{4}-\d{2}-\d{2})$/;
const authorPattern = /^author-(user_[0-9a-z]{26})$/;
const namePattern = /^(day|author|hold)-[a-z0-9_-]{1,60}$/;

/** Of one UTC day: every author's content of that day needs it. */
export function dayKey(day: string): string {
  return `day-${day}`;
}

/** Of one author: all their content needs it. */
export function authorKey(userId: string): string {
  return `author-${userId}`;
}

/** The day of a day key; undefined for another. */
export function dayOfKey(name: string): string | undefined {
  return dayPattern.exec(name)?.[1];
}

/** The author of an author's secret; undefined for another key. */
export function userOfKey(name: string): string | undefined {
  return authorPattern.exec(name)?.[1];
}

export function isKeyName(name: string): boolean {
  return namePattern.test(name);
}

/** Throws on what is no name of a key: names become names of files and parts of URLs. */
export function assertKeyName(name: string): void {
  if (!isKeyName(name)) throw new TypeError('not a name of a key');
}
