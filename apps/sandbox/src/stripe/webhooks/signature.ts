import { createHmac } from 'node:crypto';

export const signatures = ['valid', 'wrong-secret', 'stale', 'missing'] as const;
export type Signature = (typeof signatures)[number];

/** Older than any receiver tolerates. */
const staleSeconds = 3_600;

/** The header that says who sent a body, and when; or a forgery of it. */
export function signatureHeaders(
  body: string,
  secret: string,
  kind: Signature = 'valid',
): Record<string, string> {
  if (kind === 'missing') return {};
  const timestamp = Math.floor(Date.now() / 1_000) - (kind === 'stale' ? staleSeconds : 0);
  const key = kind === 'wrong-secret' ? `${secret}x` : secret;
  const digest = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return { 'stripe-signature': `t=${timestamp},v1=${digest}` };
}
