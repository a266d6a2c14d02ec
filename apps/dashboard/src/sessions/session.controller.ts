import { TeamRole } from '@modelbridge/contracts/teams.v1';
import {
  sessionRoutes,
  type Answer,
  type Session as SessionAnswer,
} from '@modelbridge/dashboard-api';
import { Logger } from '@modelbridge/service-kit/logging';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthClient, TeamsClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Csrf } from './csrf.service.js';
import { SignedIn } from './session.guard.js';
import { PublicPlaces } from '../site/public-places.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.service.js';

const roles: Partial<Record<TeamRole, string>> = {
  [TeamRole.OWNER]: 'owner',
  [TeamRole.ADMIN]: 'admin',
  [TeamRole.MEMBER]: 'member',
};
const teamsShown = 100;

@Controller()
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly csrf: Csrf,
    private readonly auth: AuthClient,
    private readonly teams: TeamsClient,
    private readonly logger: Logger,
    private readonly places: PublicPlaces,
  ) {}

  @Answers(sessionRoutes.session)
  async session(
    @SignedIn() session: Session,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const { userId } = session;
    const [{ user }, { teams }] = await Promise.all([
      this.auth.getUser({ userId, actorUserId: userId }),
      this.teams.listTeams({ actorUserId: userId, limit: teamsShown, cursor: '' }),
    ]);
    const own = { account_id: user?.accountId ?? '', kind: 'personal' as const, name: 'Personal' };
    const ofTeams = teams.map(({ accountId, name, role, teamId }) => ({
      account_id: accountId,
      kind: 'team' as const,
      name,
      role: roles[role] ?? 'member',
      team_id: teamId,
    }));
    return {
      person: { user_id: userId, name: user?.name ?? '', email: user?.email ?? '' },
      accounts: [
        { ...own, role: 'owner' },
        ...ofTeams.sort((a, b) => a.name.localeCompare(b.name, 'en')),
      ],
      proved_at: new Date(session.provedAtMs).toISOString(),
      api_origin: this.places.apiOrigin,
      csrf_token: this.csrf.token(request, reply, session.id),
    };
  }

  @Answers(sessionRoutes.list)
  async list(
    @SignedIn() { userId, clerkSessionId }: Session,
  ): Promise<Answer<typeof sessionRoutes.list>> {
    const { sessions } = await this.auth.listSessions({ actorUserId: userId });
    const items = sessions.map(({ sessionId, startedAt, lastActiveAt, ...where }) => ({
      session_id: sessionId,
      started_at: (startedAt ?? new Date(0)).toISOString(),
      last_active_at: (lastActiveAt ?? new Date(0)).toISOString(),
      ...where,
      is_this: sessionId === clerkSessionId,
    }));
    return { items };
  }

  @Answers(sessionRoutes.endOther)
  async endOther(
    @SignedIn() { userId }: Session,
    @Asked() { params }: Parts<typeof sessionRoutes.endOther>,
  ): Promise<void> {
    await this.sessions.endOf(userId, params.session_id);
  }

  /** Signed out here in any case; at Clerk as soon as it answers. */
  @Answers(sessionRoutes.end)
  async signOut(
    @SignedIn() session: Session,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    try {
      await this.sessions.end(reply, session);
    } catch (error) {
      this.logger.warn({ err: error }, 'a session that was signed out goes on at Clerk');
    }
  }
}
