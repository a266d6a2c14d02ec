import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** What a sealed text of ours begins with, and the version of its form. */
const prefix = 'mbc1.';

/** Seals the summaries of conversations, so that only the account that they were made for can give them back. */
export class CompactionSeal {
  constructor(private readonly secret: string) {}

  static isOurs(sealed: unknown): sealed is string {
    return typeof sealed === 'string' && sealed.startsWith(prefix);
  }

  seal(accountId: string, text: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.keyOf(accountId), iv);
    cipher.setAAD(Buffer.from(prefix));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return prefix + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** The text; undefined for what is damaged or another account's. */
  open(accountId: string, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
    if (!sealed.startsWith(prefix) || bytes.length < ivBytes + tagBytes) return undefined;
    const iv = bytes.subarray(0, ivBytes);
    const decipher = createDecipheriv(algorithm, this.keyOf(accountId), iv);
    decipher.setAAD(Buffer.from(prefix));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const body = decipher.update(bytes.subarray(ivBytes + tagBytes));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  private keyOf(accountId: string): Buffer {
    return Buffer.from(
      hkdfSync('sha256', this.secret, accountId, 'modelbridge compaction', keyBytes),
    );
  }
}
