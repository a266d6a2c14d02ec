import {
  createHash,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';

const lifetimeSeconds = 60;
/** Clerk lets a token begin a little earlier, for clocks that are behind. */
const earlySeconds = 10;

export const forgerySchema = z.strictObject({
  /** Laid over the claims; null leaves one out. */
  claims: z.record(z.string(), z.unknown()).default({}),
  /** How it is signed: as Clerk does, with the public key as a secret, or as nobody should take it. */
  signature: z.enum(['RS256', 'HS256', 'none', 'missing', 'rotated-out']).default('RS256'),
});
export type Forgery = z.output<typeof forgerySchema>;

interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The host of the frontend API that a publishable key holds. */
function frontendHost(publishableKey: string): string {
  const encoded = publishableKey.replace(/^pk_(live|test)_/, '');
  return Buffer.from(encoded, 'base64').toString().replace(/\$$/, '');
}

/** What session cookies are called besides their plain names. */
export function cookieSuffix(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, 8);
}

/** Signs session tokens, with a key that can be rotated. */
export class TokenIssuer {
  /** Made when it is first asked for: that takes longer than the rest of a sandbox's start. */
  private made: SigningKey | undefined;
  private before: SigningKey | undefined;

  constructor(private readonly publishableKey: string) {}

  private get key(): SigningKey {
    this.made ??= newKey();
    return this.made;
  }

  rotate(): string {
    this.before = this.key;
    this.made = newKey();
    return this.made.kid;
  }

  jwks(): object {
    const { kid, publicKey } = this.key;
    return {
      keys: [{ use: 'sig', kty: 'RSA', kid, alg: 'RS256', ...publicKey.export({ format: 'jwk' }) }],
    };
  }

  /** @param fva minutes since the first and the second factor, -1 for never */
  token(
    session: { sessionId: string; userId: string; origin: string; fva: [number, number] },
    forgery: Partial<Forgery> = {},
  ): string {
    const { claims = {}, signature = 'RS256' } = forgery;
    const now = Math.floor(Date.now() / 1_000);
    const payload = {
      azp: session.origin,
      exp: now + lifetimeSeconds,
      fva: session.fva,
      iat: now,
      iss: `https://${frontendHost(this.publishableKey)}`,
      jti: randomBytes(10).toString('hex'),
      nbf: now - earlySeconds,
      sid: session.sessionId,
      sts: 'active',
      sub: session.userId,
      v: 2,
      ...claims,
    };
    const kept = Object.entries(payload).filter(([, value]) => value !== null);
    return this.signed(Object.fromEntries(kept), signature);
  }

  /** What the frontend API hands to a web app through the browser's address: the cookies to set. */
  handshake(cookies: string[]): string {
    return this.signed({ handshake: cookies }, 'RS256');
  }

  private signed(claims: object, signature: Forgery['signature']): string {
    const key = signature === 'rotated-out' && this.before ? this.before : this.key;
    const alg = signature === 'HS256' || signature === 'none' ? signature : 'RS256';
    const text = [{ alg, cat: 'cl_B7d4PD111AAA', kid: key.kid, typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    if (signature === 'none' || signature === 'missing') return `${text}.`;
    const bytes =
      signature === 'HS256'
        ? createHmac('sha256', key.publicKey.export({ type: 'spki', format: 'pem' }))
            .update(text)
            .digest()
        : sign('sha256', Buffer.from(text), key.privateKey);
    return `${text}.${bytes.toString('base64url')}`;
  }
}

function newKey(): SigningKey {
  return {
    kid: `ins_${randomBytes(14).toString('hex').slice(0, 27)}`,
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
}
