import { createHmac, timingSafeEqual } from 'node:crypto';
import { idFromUuid, uuidOf } from '@modelbridge/contracts';
import { optionalKinds, type OptionalKind } from './preferences.js';

/** Which mails somebody does without: of one account (a UUID), to one user (`user_…`), of one kind. */
export interface Unsubscription {
  accountId: string;
  userId: string;
  kind: OptionalKind;
}

const uuidBytes = 16;
const macBytes = 32;
/** Sets these signatures apart from any other that the secret may once be used for. */
const purpose = 'unsubscribe from notices v1';

function macOf(secret: string, payload: Buffer): Buffer {
  return createHmac('sha256', secret).update(purpose).update('\0').update(payload).digest();
}

function uuidFrom(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** Valid for as long as the secret: a mail may be read after years. */
export function unsubscribeToken(
  secret: string,
  { accountId, userId, kind }: Unsubscription,
): string {
  const ids = [accountId, uuidOf('user', userId)].map((uuid) =>
    Buffer.from(uuid.replaceAll('-', ''), 'hex'),
  );
  const payload = Buffer.concat([...ids, Buffer.from(kind)]);
  return Buffer.concat([macOf(secret, payload), payload]).toString('base64url');
}

/** Undefined for a token that was not made here. */
export function readUnsubscribeToken(secret: string, token: string): Unsubscription | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const [mac, payload] = [bytes.subarray(0, macBytes), bytes.subarray(macBytes)];
  if (mac.length !== macBytes || !timingSafeEqual(mac, macOf(secret, payload))) return undefined;
  const kind = optionalKinds.find((name) => name === payload.subarray(2 * uuidBytes).toString());
  return (
    kind && {
      accountId: uuidFrom(payload.subarray(0, uuidBytes)),
      userId: idFromUuid('user', uuidFrom(payload.subarray(uuidBytes, 2 * uuidBytes))),
      kind,
    }
  );
}
