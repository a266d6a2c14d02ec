import { randomUUID } from 'node:crypto';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuthClient } from '../clients/clients.js';
import { RouteError } from '../routes/route-error.js';
import { sessionBounds } from './bounds.js';
import { clearCookie, cookieOf, setCookie } from './cookies.js';
import { SessionChecks } from './session-checks.js';
import { isOver, type Session } from './session.js';
import type { Seal } from './seal.js';

const sessionSchema = z.object({
  id: z.string(),
  userId: z.string(),
  clerkSessionId: z.string(),
  provedAtMs: z.number(),
  startedAtMs: z.number(),
  seenAtMs: z.number(),
});

/** Who is signed in. The session is in its cookie, sealed; whether it goes on is asked of auth. */
export class Sessions {
  private readonly checks: SessionChecks;

  constructor(
    private readonly auth: AuthClient,
    private readonly seal: Seal,
  ) {
    this.checks = new SessionChecks((sessionId, userId) =>
      auth.checkSession({ sessionId, userId }),
    );
  }

  /** Throws 401 where nobody is signed in or the session has ended, and what auth throws where it cannot tell. */
  async of(request: FastifyRequest, reply: FastifyReply): Promise<Session> {
    const now = Date.now();
    const session = this.sealed(request, now);
    if (session === undefined) throw signedOut(request, reply);
    try {
      await this.checks.check(session.clerkSessionId, session.userId);
    } catch (error) {
      throw rpcErrorFrom(error)?.code === 'unauthenticated' ? signedOut(request, reply) : error;
    }
    if (now - session.seenAtMs >= sessionBounds.seenAgainMs) {
      this.keep(reply, { ...session, seenAtMs: now });
    }
    return session;
  }

  /** Rejects as soon as a session that was let in does not go on. */
  async goOn({ clerkSessionId, userId }: Session): Promise<void> {
    await this.checks.check(clerkSessionId, userId);
  }

  /** Signs a browser in, with a session of its own, by a session token of Clerk's. Throws what auth throws. */
  async start(reply: FastifyReply, token: string): Promise<void> {
    const { user, sessionId, firstFactorMinutes, recentlyVerified } = await this.auth.verifySession(
      { token },
    );
    const now = Date.now();
    this.keep(reply, {
      id: randomUUID(),
      userId: user?.userId ?? '',
      clerkSessionId: sessionId,
      provedAtMs: recentlyVerified ? now - (firstFactorMinutes ?? 0) * 60_000 : 0,
      startedAtMs: now,
      seenAtMs: now,
    });
  }

  /** Signs the browser out, and ends the session at Clerk. Throws what auth throws: the browser is signed out all the same. */
  async end(reply: FastifyReply, { clerkSessionId, userId }: Session): Promise<void> {
    clearCookie(reply, 'session');
    await this.endOf(userId, clerkSessionId);
  }

  /** Ends a session of the person's, wherever it is. Throws what auth throws. */
  async endOf(userId: string, clerkSessionId: string): Promise<void> {
    this.checks.forget(clerkSessionId, userId);
    await this.auth.endSession({ sessionId: clerkSessionId, actorUserId: userId });
  }

  /** The request has a cookie of ours that is not over. Whether its session goes on is not asked. */
  isSealed(request: FastifyRequest): boolean {
    return this.sealed(request, Date.now()) !== undefined;
  }

  private sealed(request: FastifyRequest, nowMs: number): Session | undefined {
    const { data } = sessionSchema.safeParse(this.seal.open(cookieOf(request, 'session')));
    return data !== undefined && !isOver(data, nowMs) ? data : undefined;
  }

  private keep(reply: FastifyReply, session: Session): void {
    setCookie(reply, 'session', this.seal.seal(session), sessionBounds.idleMs);
  }
}

export function signedOut(request: FastifyRequest, reply: FastifyReply): RouteError {
  if (cookieOf(request, 'session') !== undefined) clearCookie(reply, 'session');
  return new RouteError(401, 'signed_out', 'You are signed out. Sign in again to go on.');
}
