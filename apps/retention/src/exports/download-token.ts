import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '@modelbridge/contracts';

/** What a token opens, and until when (milliseconds since 1970). */
export interface DownloadGrant {
  exportId: string;
  accountId: string;
  expiresAtMs: number;
}

/** `v1.<export id>.<account id>.<expiry>.<HMAC-SHA256 of what is before it>`. */
export function downloadToken(secret: string, grant: DownloadGrant): string {
  const said = `v1.${grant.exportId}.${grant.accountId}.${grant.expiresAtMs}`;
  return `${said}.${hmacOf(secret, said).toString('base64url')}`;
}

/** What a token says, where this secret has made it; undefined for any other text. Whether it has expired is not asked. */
export function readDownloadToken(secret: string, token: string): DownloadGrant | undefined {
  const [, said, exportId, accountId, expiry, mac] =
    /^(v1\.(exp_\w{26})\.(acct_\w{26})\.(\d{13}))\.([\w-]{43})$/.exec(token) ?? [];
  if (said === undefined || exportId === undefined || accountId === undefined || !mac) {
    return undefined;
  }
  const given = Buffer.from(mac, 'base64url');
  const right = hmacOf(secret, said);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  if (!isId('export', exportId) || !isId('account', accountId)) return undefined;
  return { exportId, accountId, expiresAtMs: Number(expiry) };
}

function hmacOf(secret: string, said: string): Buffer {
  return createHmac('sha256', secret).update(said).digest();
}
