import { Database } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { MirrorService } from '../users/mirror.service.js';
import type { User } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import { clerkBounds } from './bounds.js';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';

export interface Session {
  user: User;
  sessionId: string;
  /** Minutes; undefined: never. */
  firstFactorMinutes?: number;
  secondFactorMinutes?: number;
  recentlyVerified: boolean;
}

@Injectable()
export class SessionsService {
  /** Sessions whose start is in the log: the others are looked up there. */
  private readonly logged = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clerk: ClerkService,
    private readonly repository: ClerkRepository,
    private readonly mirror: MirrorService,
    private readonly users: UsersService,
    private readonly audit: AuditService,
  ) {}

  /** Throws `unauthenticated`, with the reason, where the token does not speak for anybody now. */
  async verify(token: string): Promise<Session> {
    const { claims, recentlyVerified } = await this.clerk.verify(token);
    if (await this.repository.hasEnded(claims.sid)) throw gone('session-ended');
    const user =
      (await this.users.findByClerkId(claims.sub)) ?? (await this.firstSignIn(claims.sub));
    if (user.closedAt !== undefined) throw gone('user-deleted');
    await this.logStart(user, claims.sid);
    const [first, second] = claims.fva;
    return {
      user,
      sessionId: claims.sid,
      firstFactorMinutes: first < 0 ? undefined : first,
      secondFactorMinutes: second < 0 ? undefined : second,
      recentlyVerified,
    };
  }

  /** A session is known by its first token. */
  private async logStart({ accountId, userId }: User, sessionId: string): Promise<void> {
    if (this.logged.has(sessionId)) return;
    await this.database.transaction((tx) =>
      this.audit.record(tx, {
        act: 'session.started',
        accountId,
        objectIds: [sessionId],
        actor: { kind: 'person', id: userId },
        idempotencyKey: sessionId,
      }),
    );
    if (this.logged.size >= clerkBounds.sessionsRemembered) this.logged.clear();
    this.logged.add(sessionId);
  }

  /** Their webhook has not come yet, or never will. */
  private async firstSignIn(clerkUserId: string): Promise<User> {
    const person = await this.clerk.person(clerkUserId);
    if (person === undefined) throw gone('user-deleted');
    const user = await this.database.transaction((tx) => this.mirror.mirror(tx, person));
    if (user !== undefined) return user;
    if (person.email !== undefined) throw gone('user-deleted');
    throw new RpcError('failed_precondition', 'the primary e-mail address is not verified yet', {
      details: { reason: 'email_unverified' },
    });
  }
}

function gone(reason: string): RpcError {
  return new RpcError('unauthenticated', 'not signed in', { details: { reason } });
}
