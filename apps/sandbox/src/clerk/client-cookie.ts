import { newId } from './sessions.js';

/** The browser that a request comes from, by the cookie that only Clerk reads. */
export function clientOf(cookies: string | undefined): string | undefined {
  return /(?:^|;\s*)__client=(client_[0-9a-f]+)/.exec(cookies ?? '')?.[1];
}

export function newClient(): { clientId: string; cookie: string } {
  const clientId = newId('client');
  return { clientId, cookie: `__client=${clientId}; Path=/clerk; HttpOnly; SameSite=Lax` };
}
