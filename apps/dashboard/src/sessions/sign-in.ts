import { z } from 'zod';
import { sessionBounds } from './bounds.js';

/** The way from "sign in" to Clerk and back: sealed into the address to which Clerk sends the browser. */
export interface SignIn {
  /** A path of the web app. */
  returnTo: string;
  /** Of the browser that began it: nobody is signed in in another one. */
  browser: string;
  startedAtMs: number;
}

const signInSchema = z.object({
  returnTo: z.string(),
  browser: z.string(),
  startedAtMs: z.number(),
});

const home = '/app/overview';

/** The part of the web app that somebody wanted; its first page for anything that is none. */
export function returnPath(asked: unknown, origin: string): string {
  if (typeof asked !== 'string' || !URL.canParse(asked, origin)) return home;
  const url = new URL(asked, origin);
  const isOurs = url.origin === origin && /^\/app(\/|$)/.test(url.pathname);
  return isOurs ? `${url.pathname}${url.search}${url.hash}` : home;
}

/** Undefined for what is none, or that took too long. */
export function readSignIn(opened: unknown, nowMs: number): SignIn | undefined {
  const { data } = signInSchema.safeParse(opened);
  return data !== undefined && nowMs - data.startedAtMs < sessionBounds.signInMs ? data : undefined;
}

/** The session token among the cookies that Clerk's handshake sets; empty where nobody is signed in there. */
export function tokenOfHandshake(handshake: string): string {
  try {
    const [, payload = ''] = handshake.split('.');
    const { handshake: cookies } = z
      .object({ handshake: z.array(z.string()) })
      .parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return cookies.map((cookie) => sessionCookie.exec(cookie)?.[1] ?? '').find(Boolean) ?? '';
  } catch {
    return '';
  }
}

/** With or without the suffix that tells instances of Clerk on one host apart. */
const sessionCookie = /^__session(?:_[A-Za-z0-9_-]{8})?=([^;]*)/;
