import { randomBytes } from 'node:crypto';
import type { SessionJSON } from '@clerk/backend';
import { ClerkError, notFound } from './clerk-error.js';
import { sessionJson } from './objects.js';
import type { Announce } from './people.js';
import type { TokenIssuer } from './token-issuer.js';

const minuteMs = 60_000;

interface Session {
  json: SessionJSON;
  verifiedAt: number;
}

/** Browsers ("clients") and the sessions in them, in memory. */
export class Sessions {
  private readonly byId = new Map<string, Session>();

  constructor(
    private readonly announce: Announce,
    private readonly tokens: TokenIssuer,
  ) {}

  start(userId: string, clientId = newId('client')): SessionJSON {
    const json = sessionJson(newId('sess'), userId, clientId);
    this.byId.set(json.id, { json, verifiedAt: Date.now() });
    this.announce('session.created', json);
    return json;
  }

  get(id: string): SessionJSON {
    return this.known(id).json;
  }

  of(filter: { userId?: string; clientId?: string; status?: string }): SessionJSON[] {
    return [...this.byId.values()]
      .map(({ json }) => json)
      .filter(
        ({ user_id, client_id, status }) =>
          (filter.userId === undefined || filter.userId === user_id) &&
          (filter.clientId === undefined || filter.clientId === client_id) &&
          (filter.status === undefined || filter.status === status),
      );
  }

  /** Ends it: by sign-out (`removed`), by an administrator (`revoked`) or by itself (`ended`). */
  end(id: string, how: 'removed' | 'revoked' | 'ended'): SessionJSON {
    const { json } = this.known(id);
    if (json.status !== 'active') return json;
    json.status = how;
    json.updated_at = Date.now();
    this.announce(`session.${how}`, json);
    return json;
  }

  endAllOf(userId: string): void {
    for (const { id } of this.of({ userId, status: 'active' })) this.end(id, 'revoked');
  }

  /** They have proved again who they are. */
  verify(id: string): SessionJSON {
    const session = this.active(id);
    session.verifiedAt = Date.now();
    return session.json;
  }

  token(id: string, origin: string): string {
    const { json, verifiedAt } = this.active(id);
    json.last_active_at = Date.now();
    return this.tokens.token({
      sessionId: id,
      userId: json.user_id,
      origin,
      fva: [Math.floor((Date.now() - verifiedAt) / minuteMs), -1],
    });
  }

  private active(id: string): Session {
    const session = this.known(id);
    if (session.json.status !== 'active') {
      throw new ClerkError(401, 'session_not_active', 'The session is not active');
    }
    return session;
  }

  private known(id: string): Session {
    const session = this.byId.get(id);
    if (session === undefined) throw notFound('Session');
    return session;
  }
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(14).toString('hex').slice(0, 27)}`;
}
