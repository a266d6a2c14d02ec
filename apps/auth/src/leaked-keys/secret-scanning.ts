import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Far more than GitHub sends in one alert. */
const maxTokens = 1_000;

/** The document that GitHub serves at /meta/public_keys/secret_scanning. */
export const publicKeysSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      public_keys: z.array(z.object({ key_identifier: z.string().min(1), key: z.string() })),
    }),
  )
  .transform(({ public_keys }, context): PublicKeys => {
    const keys = new Map<string, KeyObject>();
    for (const { key_identifier, key } of public_keys) {
      const publicKey = p256Of(key);
      if (publicKey === undefined) {
        context.addIssue('must hold public keys of the curve P-256, as PEM');
        return z.NEVER;
      }
      keys.set(key_identifier, publicKey);
    }
    return keys;
  });

/** Public keys of GitHub by their identifiers. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

function p256Of(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

export interface SignedAlert {
  body: Uint8Array;
  publicKeyIdentifier: string;
  /** Base64. */
  publicKeySignature: string;
}

/** Whether GitHub has signed these very bytes. */
export function isGenuine(alert: SignedAlert, keys: PublicKeys): boolean {
  const key = keys.get(alert.publicKeyIdentifier);
  if (key === undefined) return false;
  return verify('sha256', alert.body, key, Buffer.from(alert.publicKeySignature, 'base64'));
}

const alertSchema = z
  .array(
    z.object({
      token: z.string().min(1).max(1_000),
      type: z.string().max(200).default(''),
      url: z.string().nullish(),
      source: z.string().max(100).nullish(),
    }),
  )
  .max(maxTokens);

export interface FoundToken {
  token: string;
  type: string;
  /** Null where none is given, or one that holds the token itself. */
  url: string | null;
  source: string;
}

/** The tokens of an alert; undefined for what is none. */
export function tokensOf(body: Uint8Array): FoundToken[] | undefined {
  try {
    return alertSchema
      .parse(JSON.parse(Buffer.from(body).toString()))
      .map(({ token, type, url, source }) => ({
        token,
        type,
        url: !url || url.length > 2_048 || url.includes(token) ? null : url,
        source: source ?? '',
      }));
  } catch {
    return undefined;
  }
}
