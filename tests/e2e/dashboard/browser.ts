import { expect } from '@jest/globals';
import type { ErrorBody, Session } from '@modelbridge/dashboard-api';

/** Addresses of a system: its dashboard, and the sandbox that has Clerk's pages. */
export interface Places {
  dashboard: string;
  sandbox: string;
}

export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A browser that keeps cookies and follows redirects by hand, as far as signing in and the web app's routes need it. */
export class DashboardBrowser {
  /** By host and port: what a browser would send there. */
  private readonly cookies = new Map<string, Map<string, string>>();
  session: Session | undefined;

  constructor(readonly places: Places) {}

  /** One step, without following where it leads. */
  async step(url: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie);
    const reply = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of reply.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      const isGone = attributes.some((attribute) =>
        /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
      );
      if (isGone) jar.delete(name);
      else jar.set(name, value.join('='));
    }
    return reply;
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(new URL(this.places.dashboard).host)?.get(name);
  }

  setCookie(name: string, value: string): void {
    this.cookies.get(new URL(this.places.dashboard).host)?.set(name, value);
  }

  /** Signs a person in from the dashboard's link to the page it leads to; whom Clerk does not know it gets to know. */
  async signIn(email: string, link = '/sign-in'): Promise<string> {
    let reply = await this.step(`${this.places.dashboard}${link}`);
    let at = locationOf(reply);
    expect(at).toContain(`${this.places.sandbox}/clerk/sign-in`);
    const body = new URLSearchParams({ email, first_name: 'Ada' });
    reply = await this.step(at, { method: 'POST', body });
    for (let steps = 0; reply.status >= 300 && reply.status < 400 && steps < 5; steps++) {
      at = new URL(locationOf(reply), at).href;
      if (new URL(at).pathname.startsWith('/app')) break;
      reply = await this.step(at);
    }
    expect(new URL(at).pathname).toMatch(/^\/app/);
    this.session = (await this.ask<Session>('GET', '/bff/session')).body;
    return at;
  }

  /** Signs in with this session token, as if Clerk's handshake had brought it. */
  async signInWith(token: string): Promise<void> {
    const begun = await this.step(`${this.places.dashboard}/sign-in`);
    const callback = new URL(new URL(locationOf(begun)).searchParams.get('redirect_url') ?? '');
    const claims = JSON.stringify({ handshake: [`__session=${token}; Path=/`] });
    const payload = Buffer.from(claims).toString('base64url');
    callback.searchParams.set('__clerk_handshake', `e30.${payload}.`);
    await this.step(callback.href);
    this.session = (await this.ask<Session>('GET', '/bff/session')).body;
  }

  /** One of the web app's requests. */
  async ask<T>(
    method: string,
    path: string,
    body?: object,
    more: Record<string, string> = {},
  ): Promise<Reply<T>> {
    const headers: Record<string, string> = {
      'sec-fetch-site': 'same-origin',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && {
        origin: this.places.dashboard,
        'x-csrf-token': this.session?.csrf_token ?? '',
      }),
      ...more,
    };
    const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const init = { method, headers: kept, body: body && JSON.stringify(body) };
    const reply = await this.step(`${this.places.dashboard}${path}`, init);
    const text = await reply.text();
    const answer = (text === '' ? undefined : JSON.parse(text)) as T;
    return { status: reply.status, headers: reply.headers, body: answer };
  }

  refused(method: string, path: string, body?: object, more?: Record<string, string>) {
    return this.ask<ErrorBody>(method, path, body, more);
  }
}

function locationOf(reply: Response): string {
  return reply.headers.get('location') ?? '';
}
