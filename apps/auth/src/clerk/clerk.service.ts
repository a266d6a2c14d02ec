import {
  createClerkClient,
  type ClerkClient,
  type Session as ClerkSession,
  type User as ClerkUser,
} from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { verifyWebhook } from '@clerk/backend/webhooks';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import type { Person } from '../users/user.js';
import { clerkBounds } from './bounds.js';
import { personOf } from './person.js';
import { frontendHostOf } from './publishable-key.js';
import { keyIdOf, sessionClaimsSchema, type SessionClaims } from './session-claims.js';
import { SigningKeys, type Jwk } from './signing-keys.js';
import { webhookEventSchema, type SignedWebhook, type WebhookEvent } from './webhook.js';

const { rateLimitedMs, sessionsPage } = clerkBounds;

export interface ClerkSettings {
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
  apiUrl: string;
  authorizedParties: string[];
}

/** Whom a token speaks for. */
export interface TokenSession {
  claims: SessionClaims;
  recentlyVerified: boolean;
}

/** Clerk, as the rest of the service knows it. */
@Injectable()
export class ClerkService {
  private readonly client: ClerkClient;
  private readonly keys: SigningKeys;
  private readonly issuer: string;

  constructor(private readonly settings: ClerkSettings) {
    const { secretKey, publishableKey, apiUrl } = settings;
    this.client = createClerkClient({
      secretKey,
      publishableKey,
      apiUrl,
      telemetry: { disabled: true },
    });
    this.issuer = `https://${frontendHostOf(publishableKey)}`;
    this.keys = new SigningKeys(async () => {
      const { keys } = await this.client.jwks.getJwks();
      return (keys ?? []) as unknown as Jwk[];
    });
  }

  /** Throws `unauthenticated`, with the reason, for a token that is not good now. */
  async verify(token: string): Promise<TokenSession> {
    const kid = keyIdOf(token);
    const jwtKey = kid === undefined ? undefined : await asking(this.keys.find(kid));
    if (jwtKey === undefined) throw unauthenticated('unknown-signing-key');
    const { authorizedParties } = this.settings;
    const state = await this.client.authenticateRequest(
      new Request(authorizedParties[0] ?? '', { headers: { authorization: `Bearer ${token}` } }),
      { jwtKey, authorizedParties, acceptsToken: 'session_token' },
    );
    if (!state.isAuthenticated) throw unauthenticated(state.reason ?? 'unknown');
    const auth = state.toAuth({ treatPendingAsSignedOut: false });
    const { data: claims } = sessionClaimsSchema.safeParse(auth.sessionClaims);
    if (claims === undefined) throw unauthenticated('claims-missing');
    // The library compares neither with what it was set up with.
    if (claims.iss !== this.issuer) throw unauthenticated('foreign-issuer');
    if (claims.sts !== 'active' || auth.userId === null) throw unauthenticated('session-pending');
    return { claims, recentlyVerified: auth.has({ reverification: 'strict' }) };
  }

  /** A person as they are now; undefined where Clerk knows none of this id. */
  async person(clerkUserId: string): Promise<Person | undefined> {
    const user = await asking<ClerkUser | undefined>(
      this.client.users.getUser(clerkUserId).catch(unlessGone),
    );
    return user && personOf(user);
  }

  /** Those of these that Clerk knows, by their ids; only when to try again where it wants fewer calls. */
  async people(
    clerkUserIds: string[],
  ): Promise<{ people?: Map<string, Person>; retryAfterMs: number }> {
    const query = { userId: clerkUserIds, limit: clerkUserIds.length };
    return asking(
      this.client.users.getUserList(query).then(
        ({ data }) => ({
          people: new Map(data.map((user) => [user.id, personOf(user)])),
          retryAfterMs: 0,
        }),
        (error: unknown) => {
          if (!isClerkAPIResponseError(error) || error.status !== 429) throw error;
          const { retryAfter } = error;
          const retryAfterMs = retryAfter === undefined ? rateLimitedMs : retryAfter * 1_000;
          return { retryAfterMs };
        },
      ),
    );
  }

  /** The sessions of a person that have not ended; none where Clerk knows no such person. */
  async activeSessions(clerkUserId: string): Promise<ClerkSession[]> {
    const sessions: ClerkSession[] = [];
    for (;;) {
      const page = { userId: clerkUserId, status: 'active', limit: sessionsPage } as const;
      const { data } = (await asking(
        this.client.sessions.getSessionList({ ...page, offset: sessions.length }).catch(unlessGone),
      )) ?? { data: [] };
      sessions.push(...data);
      if (data.length < sessionsPage) return sessions;
    }
  }

  /** Whether a session is this person's and has not ended. */
  async isActive(sessionId: string, clerkUserId: string): Promise<boolean> {
    const session = await asking<ClerkSession | undefined>(
      this.client.sessions.getSession(sessionId).catch(unlessGone),
    );
    return session?.status === 'active' && session.userId === clerkUserId;
  }

  /** One that has ended, or that is not there, is no error. */
  async revokeSession(sessionId: string): Promise<void> {
    await asking(this.client.sessions.revokeSession(sessionId).catch(unlessGone));
  }

  /** For good, with all that Clerk holds of them. Who is not there is no error. */
  async deletePerson(clerkUserId: string): Promise<void> {
    await asking(this.client.users.deleteUser(clerkUserId).catch(unlessGone));
  }

  /** The event of a webhook. Throws `unauthenticated` where it is not Clerk's, or more than 5 minutes old. */
  async event({
    body,
    svixId,
    svixTimestamp,
    svixSignature,
  }: SignedWebhook): Promise<WebhookEvent> {
    try {
      const headers = {
        'svix-id': svixId,
        'svix-timestamp': svixTimestamp,
        'svix-signature': svixSignature,
      };
      const request = new Request(this.settings.apiUrl, { method: 'POST', headers, body });
      const event: unknown = await verifyWebhook(request, {
        signingSecret: this.settings.webhookSecret,
      });
      return webhookEventSchema.parse(event);
    } catch {
      throw unauthenticated('webhook-not-verified');
    }
  }
}

/** What is not there at Clerk. */
function unlessGone(error: unknown): undefined {
  if (isClerkAPIResponseError(error) && error.status === 404) return undefined;
  throw error;
}

/** Awaits an answer of Clerk's API; its failure is one of theirs, and may pass. */
async function asking<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new RpcError('unavailable', 'Clerk does not answer', { cause: error });
  }
}

function unauthenticated(reason: string): RpcError {
  return new RpcError('unauthenticated', 'not signed in', { details: { reason } });
}
