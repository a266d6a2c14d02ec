import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-`: of this host alone, over TLS alone (browsers take a loopback address for that), for no other path. */
const names = { session: '__Host-session', csrf: '__Host-csrf' } as const;

/** Lax: people come back from Clerk's and Stripe's pages signed in. Every write needs a CSRF token besides. */
const options = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;

type CookieName = keyof typeof names;

export function cookieOf(request: FastifyRequest, name: CookieName): string | undefined {
  return request.cookies[names[name]];
}

/** @param maxAgeMs undefined: until the browser is closed */
export function setCookie(
  reply: FastifyReply,
  name: CookieName,
  value: string,
  maxAgeMs?: number,
): void {
  const maxAge = maxAgeMs === undefined ? undefined : Math.floor(maxAgeMs / 1_000);
  reply.setCookie(names[name], value, { ...options, maxAge });
}

export function clearCookie(reply: FastifyReply, name: CookieName): void {
  reply.clearCookie(names[name], options);
}
