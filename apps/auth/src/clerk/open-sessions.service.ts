import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { UsersService } from '../users/users.service.js';
import { clerkBounds } from './bounds.js';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';
import { SessionEnds } from './session-ends.service.js';

const { sessionAgainMs, sessionUsableMs, sessionsRemembered } = clerkBounds;

export interface OpenSession {
  sessionId: string;
  startedAt: Date;
  lastActiveAt: Date;
  /** Each is empty where Clerk does not know it. */
  browser: string;
  device: string;
  place: string;
}

/** The sessions that the web app keeps going after their tokens have ended. */
@Injectable()
export class OpenSessions {
  /** By session: when Clerk last said that it goes on, by the monotonic clock. */
  private readonly confirmedAtMs = new Map<string, number>();

  constructor(
    private readonly clerk: ClerkService,
    private readonly repository: ClerkRepository,
    private readonly users: UsersService,
    private readonly ends: SessionEnds,
  ) {}

  /** Throws `unauthenticated`, with the reason, where it does not go on, and `unavailable` where that is not known. */
  async check(sessionId: string, userId: string): Promise<void> {
    if (await this.repository.hasEnded(sessionId)) throw gone('session-ended');
    const { closedAt, clerkUserId } = await this.users.get(userId).catch((error: unknown) => {
      throw error instanceof RpcError && error.code === 'not_found' ? gone('user-deleted') : error;
    });
    if (closedAt !== undefined || clerkUserId === undefined) throw gone('user-deleted');
    const now = performance.now();
    const ageMs = now - (this.confirmedAtMs.get(sessionId) ?? -Infinity);
    if (ageMs < sessionAgainMs) return;
    try {
      if (!(await this.clerk.isActive(sessionId, clerkUserId))) throw gone('session-ended');
    } catch (error) {
      const isAway = error instanceof RpcError && error.code === 'unavailable';
      if (isAway && ageMs < sessionUsableMs) return;
      throw error;
    }
    if (this.confirmedAtMs.size >= sessionsRemembered) this.confirmedAtMs.clear();
    this.confirmedAtMs.set(sessionId, now);
  }

  /** Newest first. */
  async of(userId: string): Promise<OpenSession[]> {
    const { clerkUserId } = await this.users.get(userId);
    if (clerkUserId === undefined) return [];
    const sessions = await this.clerk.activeSessions(clerkUserId);
    return sessions
      .sort((a, b) => b.createdAt - a.createdAt)
      .map(({ id, createdAt, lastActiveAt, latestActivity: activity }) => ({
        sessionId: id,
        startedAt: new Date(createdAt),
        lastActiveAt: new Date(lastActiveAt),
        browser: activity?.browserName ?? '',
        device: activity?.deviceType ?? '',
        place: [activity?.city, activity?.country].filter(Boolean).join(', '),
      }));
  }

  /** One that is not this person's, or that has ended, is no error. */
  async end(sessionId: string, userId: string): Promise<void> {
    const { clerkUserId } = await this.users.get(userId);
    if (clerkUserId !== undefined) await this.ends.end(sessionId, clerkUserId);
  }
}

function gone(reason: string): RpcError {
  return new RpcError('unauthenticated', 'not signed in', { details: { reason } });
}
