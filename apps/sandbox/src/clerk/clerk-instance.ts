import type { SandboxConfig } from '../config.js';
import { ClerkError } from './clerk-error.js';
import { demoPeople } from './demo-people.js';
import { People } from './people.js';
import { Sessions } from './sessions.js';
import { cookieSuffix, TokenIssuer } from './token-issuer.js';
import { WebhookSender } from './webhook-sender.js';

/** One instance of Clerk: its people, their sessions, its keys, and whom it tells. */
export class ClerkInstance {
  readonly webhooks: WebhookSender;
  readonly tokens: TokenIssuer;
  readonly people: People;
  readonly sessions: Sessions;
  /** The web app that people sign in to. */
  readonly appOrigin: string;
  private readonly secretKey: string;
  private readonly publishableKey: string;

  constructor(config: SandboxConfig) {
    this.appOrigin = config.SANDBOX_CLERK_APP_ORIGIN;
    this.secretKey = config.SANDBOX_CLERK_SECRET_KEY;
    this.publishableKey = config.SANDBOX_CLERK_PUBLISHABLE_KEY;
    this.webhooks = new WebhookSender(
      `${this.appOrigin}/webhooks/clerk`,
      config.SANDBOX_CLERK_WEBHOOK_SECRET,
    );
    const announce = this.webhooks.send.bind(this.webhooks);
    this.tokens = new TokenIssuer(this.publishableKey);
    this.people = new People(announce);
    this.sessions = new Sessions(announce, this.tokens);
    for (const person of demoPeople) this.people.seed(person);
  }

  /** Throws where a caller of the backend API does not have its key. */
  authorize(authorization: string | undefined): void {
    if (authorization !== `Bearer ${this.secretKey}`) {
      throw new ClerkError(401, 'authentication_invalid', 'Invalid authentication');
    }
  }

  deletePerson(id: string): void {
    this.people.get(id);
    this.sessions.endAllOf(id);
    this.people.delete(id);
  }

  /** Only the web app gets people back. */
  target(redirectUrl = this.appOrigin): string {
    const { appOrigin } = this;
    if (URL.canParse(redirectUrl, appOrigin)) {
      const url = new URL(redirectUrl, appOrigin);
      if (url.origin === appOrigin) return url.href;
    }
    throw new ClerkError(400, 'redirect_url_mismatch', 'redirect_url must lead to the web app');
  }

  /** Where to send the browser so that the web app learns who is signed in in it. */
  handshakeUrl(target: string, clientId: string | undefined): string {
    const [session] =
      clientId === undefined ? [] : this.sessions.of({ clientId, status: 'active' });
    const cookies =
      session === undefined ? this.signedOutCookies('/') : this.sessionCookies(session.id, '/');
    const url = new URL(target);
    url.searchParams.set('__clerk_handshake', this.tokens.handshake(cookies));
    return url.href;
  }

  /** The cookies of a session, in both of their names. Cookies do not know of ports: the web app's do not reach it by themselves. */
  sessionCookies(sessionId: string, path = '/clerk'): string[] {
    const uat = Math.floor(this.sessions.get(sessionId).created_at / 1_000);
    const token = this.sessions.token(sessionId, this.appOrigin);
    return this.cookies({ __session: token, __client_uat: String(uat) }, path);
  }

  /** What a browser has after a sign-out. */
  signedOutCookies(path = '/clerk'): string[] {
    return this.cookies({ __session: '', __client_uat: '0' }, path);
  }

  private cookies(values: Record<string, string>, path: string): string[] {
    const suffix = cookieSuffix(this.publishableKey);
    return Object.entries(values).flatMap(([name, value]) =>
      [name, `${name}_${suffix}`].map(
        (full) =>
          `${full}=${value}; Path=${path}; SameSite=Lax${value === '' ? '; Max-Age=0' : ''}`,
      ),
    );
  }
}
