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

  /** The cookies of a session, in both of their names. */
  sessionCookies(sessionId: string): string[] {
    const uat = Math.floor(this.sessions.get(sessionId).created_at / 1_000);
    const token = this.sessions.token(sessionId, this.appOrigin);
    return this.cookies({ __session: token, __client_uat: String(uat) });
  }

  /** What a browser has after a sign-out. */
  signedOutCookies(): string[] {
    return this.cookies({ __session: '', __client_uat: '0' });
  }

  private cookies(values: Record<string, string>): string[] {
    const suffix = cookieSuffix(this.publishableKey);
    return Object.entries(values).flatMap(([name, value]) =>
      [name, `${name}_${suffix}`].map(
        (full) => `${full}=${value}; Path=/; SameSite=Lax${value === '' ? '; Max-Age=0' : ''}`,
      ),
    );
  }
}
