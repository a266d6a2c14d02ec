import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** Seals small values for browsers to keep: AES-256-GCM under a key of the secret and the purpose. */
export class Seal {
  private readonly keys: readonly Buffer[];

  /** @param secrets the first seals; what any of them has sealed is opened */
  constructor(
    secrets: readonly string[],
    private readonly purpose: string,
  ) {
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, 'modelbridge dashboard', purpose, 32)),
    );
  }

  seal(value: object): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('there is no secret to seal with');
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(this.purpose));
    const sealed = [iv, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  /** Undefined for what was not sealed here for this purpose. */
  open(text: string | undefined): unknown {
    const bytes = Buffer.from(text ?? '', 'base64url');
    if (bytes.length <= ivBytes + tagBytes) return undefined;
    for (const key of this.keys) {
      const opened = opening(key, bytes, this.purpose);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }
}

function opening(key: Buffer, bytes: Buffer, purpose: string): unknown {
  const end = bytes.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(end));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, end)), decipher.final()]);
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
