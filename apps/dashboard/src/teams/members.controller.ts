import { teamRoutes, type Answer } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { BillingClient, TeamsClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { memberJson, roleCode } from './team-json.js';

const pageSize = 100;

/** Who belongs to a team, and what they may spend. */
@Controller()
export class MembersController {
  constructor(
    private readonly teams: TeamsClient,
    private readonly billing: BillingClient,
  ) {}

  @Answers(teamRoutes.members)
  async list(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params, query }: Parts<typeof teamRoutes.members>,
  ): Promise<Answer<typeof teamRoutes.members>> {
    const { team_id: teamId } = params;
    const cursor = query.cursor ?? '';
    const [{ team }, { members, nextCursor }] = await Promise.all([
      this.teams.getTeam({ actorUserId, teamId }),
      this.teams.listMembers({ actorUserId, teamId, limit: pageSize, cursor }),
    ]);
    const { members: months } = await this.billing.listMemberLimits({
      accountId: team?.accountId ?? '',
      userIds: members.map(({ userId }) => userId),
      actorUserId,
    });
    const monthOf = new Map(months.map((month) => [month.userId, month]));
    return {
      items: members.map((member) => memberJson(member, monthOf.get(member.userId))),
      next_cursor: nextCursor === '' ? null : nextCursor,
    };
  }

  @Answers(teamRoutes.changeRole)
  async changeRole(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.changeRole>,
  ): Promise<void> {
    const role = roleCode(body.role);
    await this.teams.changeMemberRole({ ...memberOf(params), actorUserId, role });
  }

  @Answers(teamRoutes.setMemberLimit)
  async setLimit(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params, body }: Parts<typeof teamRoutes.setMemberLimit>,
  ): Promise<void> {
    const limit = body.month_limit_nano_usd;
    const monthlyLimitNanoUsd = limit === null ? undefined : BigInt(limit);
    await this.teams.setMemberLimit({ ...memberOf(params), actorUserId, monthlyLimitNanoUsd });
  }

  @Answers(teamRoutes.removeMember)
  async remove(
    @SignedIn() { userId: actorUserId }: Session,
    @Asked() { params }: Parts<typeof teamRoutes.removeMember>,
  ): Promise<void> {
    await this.teams.removeMember({ ...memberOf(params), actorUserId });
  }
}

function memberOf({ team_id: teamId, user_id: userId }: { team_id: string; user_id: string }) {
  return { teamId, userId };
}
