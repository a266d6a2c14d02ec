import { createHmac, hkdfSync } from 'node:crypto';

/** Bytes of a secret; the specification asks for 24 to 64. */
const secretBytes = 32;

/** Of one endpoint and version, always the same: nothing has to be kept. */
export function secretOf(key: string, webhookId: string, version: number): Buffer {
  const purpose = `account webhook v1 ${webhookId} ${version}`;
  return Buffer.from(hkdfSync('sha256', key, '', purpose, secretBytes));
}

/** As it is shown to who set the endpoint. */
export function shownSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function signedHeaders(
  secrets: readonly Buffer[],
  id: string,
  sentAt: Date,
  body: string,
): Record<string, string> {
  const timestamp = Math.floor(sentAt.getTime() / 1_000).toString();
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
