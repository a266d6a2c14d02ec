import { ModelNames } from '@modelbridge/access';
import { newId } from '@modelbridge/contracts';
import {
  teamsSettingsChanged,
  teamsTeamCreated,
  teamsTeamDeleted,
} from '@modelbridge/contracts/events';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Outbox } from '@modelbridge/service-kit/outbox';
import { Injectable } from '@nestjs/common';
import { firstPlan } from '../clients/seats.service.js';
import { AuditService } from '../audit/audit.service.js';
import { teamBounds } from './bounds.js';
import { EndingService } from './ending.service.js';
import { MembersRepository } from './members.repository.js';
import { pageOf, type Page } from './page.js';
import type { Settings } from './settings.js';
import { TeamAccess, type Admitted } from './team-access.service.js';
import type { NewTeam, Team } from './team.js';
import { TeamsRepository, type TeamKey } from './teams.repository.js';

export type OwnTeam = Pick<Admitted, 'team' | 'self'>;

@Injectable()
export class TeamsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly access: TeamAccess,
    private readonly teams: TeamsRepository,
    private readonly members: MembersRepository,
    private readonly ending: EndingService,
    private readonly audit: AuditService,
    private readonly models: ModelNames,
  ) {}

  /** billing is told until it has opened the team's account. A team of the same id that they have is left as it is. */
  create(userId: string, { name, teamId = newId('team') }: NewTeam): Promise<OwnTeam> {
    return this.database.transaction(async (tx) => {
      const owned = await this.teams.lockOwner(tx, userId);
      if ((await this.teams.find({ teamId }, tx)) !== undefined) {
        return this.access.lock(tx, 'getTeam', userId, teamId);
      }
      if (owned >= teamBounds.teamsOwned) {
        throw new RpcError(
          'resource_exhausted',
          `you own ${teamBounds.teamsOwned} teams, the most there may be: delete one or transfer its ownership`,
          { field: 'actor_user_id' },
        );
      }
      const ids = { teamId, accountId: newId('account'), ownerUserId: userId };
      if (!(await this.teams.insert(tx, { ...ids, name }))) throw nameHeld();
      await this.members.add(tx, ids.teamId, userId, 'admin');
      await this.outbox.add(
        tx,
        teamsTeamCreated,
        { ...ids, plan: firstPlan },
        { id: ids.accountId, awaitConfirmation: true },
      );
      const { ownerUserId: _, ...team } = ids;
      await this.audit.record(tx, { act: 'team.created', ...team, actor: userId });
      return this.access.lock(tx, 'getTeam', userId, ids.teamId);
    });
  }

  /** billing has opened the account: it need not be told again. */
  async opened(accountId: string): Promise<void> {
    await this.database.transaction((tx) => this.outbox.confirm(tx, [accountId]));
  }

  /** Deleted teams of a person become somebody's who is nobody, and lose their names; how many. */
  async disown(tx: Tx, userId: string, pseudonym: string): Promise<number> {
    if ((await this.teams.lockOwner(tx, userId)) > 0) throw new Error('they still own a team');
    return this.teams.disown(tx, userId, pseudonym);
  }

  get(actor: string, teamId: string): Promise<OwnTeam> {
    return this.access.read('getTeam', actor, teamId);
  }

  /** Oldest first. `nextCursor` is empty on the last page. */
  async list(userId: string, page: Page): Promise<{ teams: OwnTeam[]; nextCursor: string }> {
    const found = await this.members.teamIdsPage(userId, page);
    const { items, nextCursor } = pageOf(found, page, (teamId) => teamId);
    const teams = await Promise.all(
      items.map((teamId) => this.access.standing(userId, { teamId })),
    );
    return { teams: teams.filter((standing) => standing !== undefined), nextCursor };
  }

  standing(userId: string, key: TeamKey): Promise<OwnTeam | undefined> {
    return this.access.standing(userId, key);
  }

  /** Who owns the team that this account pays for. */
  async ownerOf(accountId: string): Promise<string> {
    const team = await this.teams.find({ accountId });
    if (team !== undefined) return team.ownerUserId;
    throw new RpcError('not_found', 'no team has this account', { field: 'account_id' });
  }

  rename(actor: string, teamId: string, name: string): Promise<OwnTeam> {
    return this.changing('renameTeam', actor, teamId, async (tx) => {
      if (!(await this.teams.rename(tx, teamId, name))) throw nameHeld();
    });
  }

  async changeSettings(actor: string, teamId: string, wanted: Settings): Promise<OwnTeam> {
    const { team } = await this.access.read('changeTeamSettings', actor, teamId);
    const settings = { ...wanted, allowedModels: await this.modelsOf(team, wanted) };
    return this.changing('changeTeamSettings', actor, teamId, async (tx) => {
      const changedAt = (await this.teams.settle(tx, teamId, settings)).toISOString();
      const { allowedModels, neverStoredOnly } = settings;
      await this.outbox.add(
        tx,
        teamsSettingsChanged,
        { teamId, allowedModels, neverStoredOnly, changedAt },
        { id: `${teamId}-${changedAt}` },
      );
    });
  }

  /** A model that has left the catalog since it was allowed keeps nobody from changing other settings. */
  private async modelsOf({ settings }: Team, { allowedModels }: Settings): Promise<string[]> {
    const kept = allowedModels.filter((model) => settings.allowedModels.includes(model));
    const named = allowedModels.filter((model) => !kept.includes(model));
    return [...new Set([...kept, ...(await this.models.idsOf(named, 'settings'))])];
  }

  transfer(actor: string, teamId: string, userId: string): Promise<OwnTeam> {
    return this.changing('transferOwnership', actor, teamId, async (tx, { team }) => {
      const heir = await this.members.find(team, userId, tx);
      if (heir === undefined) throw noMember();
      if (heir.role !== 'owner') await this.give(tx, team, userId, actor);
    });
  }

  delete(actor: string, teamId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const { team } = await this.access.lock(tx, 'deleteTeam', actor, teamId);
      await this.dissolve(tx, team, actor);
    });
  }

  /** Ends every membership and the team with them. */
  async dissolve(tx: Tx, team: Team, actor?: string): Promise<void> {
    const { teamId, accountId } = team;
    for (const member of await this.members.list(team, tx)) {
      await this.ending.end(tx, team, member, { reason: 'team_deleted', actor });
    }
    await this.teams.remove(tx, teamId);
    await this.outbox.add(tx, teamsTeamDeleted, { teamId, accountId }, { id: teamId });
    await this.audit.record(tx, { act: 'team.deleted', accountId, teamId, actor });
  }

  /** Makes who is next the owner, whatever they own besides: a name that they have already gets the team's id. */
  async inherit(tx: Tx, team: Team, userId: string): Promise<void> {
    await this.teams.lockOwner(tx, userId);
    if (await this.teams.owns(tx, userId, team.name)) {
      await this.teams.rename(tx, team.teamId, `${team.name.slice(0, 150)} ${team.teamId}`);
    }
    await this.teams.giveTo(tx, team.teamId, userId);
    await this.madeOwner(tx, team, userId);
  }

  /** Makes a member the owner; the former one stays an admin. */
  private async give(tx: Tx, team: Team, userId: string, actor: string): Promise<void> {
    if ((await this.teams.lockOwner(tx, userId)) >= teamBounds.teamsOwned) {
      throw new RpcError(
        'resource_exhausted',
        `the new owner owns ${teamBounds.teamsOwned} teams, the most there may be: choose another member`,
        { field: 'user_id' },
      );
    }
    if (!(await this.teams.giveTo(tx, team.teamId, userId))) {
      throw new RpcError(
        'already_exists',
        'the new owner has another team of this name: rename one of the two first',
        { field: 'user_id' },
      );
    }
    await this.madeOwner(tx, team, userId, actor);
  }

  private async madeOwner(tx: Tx, team: Team, userId: string, actor?: string): Promise<void> {
    const { teamId, accountId } = team;
    await this.members.setRole(tx, teamId, userId, 'admin');
    const details = { to: 'owner' };
    await this.audit.record(tx, { act: 'role.changed', accountId, teamId, userId, actor, details });
  }

  private changing(
    method: 'renameTeam' | 'changeTeamSettings' | 'transferOwnership',
    actor: string,
    teamId: string,
    change: (tx: Tx, admitted: Admitted) => Promise<void>,
  ): Promise<OwnTeam> {
    return this.database.transaction(async (tx) => {
      await change(tx, await this.access.lock(tx, method, actor, teamId));
      return this.access.lock(tx, 'getTeam', actor, teamId);
    });
  }
}

function nameHeld(): RpcError {
  return new RpcError(
    'already_exists',
    'the owner has a team of this name already: choose another name',
    { field: 'name' },
  );
}

export function noMember(): RpcError {
  return new RpcError('not_found', 'the team has no such member', { field: 'user_id' });
}
