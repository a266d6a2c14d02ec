import { z } from 'zod';

/** What is read of a session token, besides what the library compares. */
export const sessionClaimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  sid: z.string().min(1),
  /** Tokens of the first version say nothing: their sessions are active. */
  sts: z.string().default('active'),
  /** Minutes since the first and the second factor; -1: never. */
  fva: z.tuple([z.int(), z.int()]).default([-1, -1]),
});
export type SessionClaims = z.output<typeof sessionClaimsSchema>;

/** The id of the key that a token says it is signed with; undefined where it is no token. */
export function keyIdOf(token: string): string | undefined {
  try {
    const [header = ''] = token.split('.', 1);
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: unknown };
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}

export const tokenSchema = z.object({
  token: z.string().min(1, 'is required').max(16_384, 'must have at most 16384 characters'),
});
