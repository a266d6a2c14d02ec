import { Injectable } from '@nestjs/common';
import { AuthClient, TeamsClient } from '../clients/clients.js';

const keptMs = 10_000;
const teamsKept = 5_000;
const pageSize = 100;

type Names = ReadonlyMap<string, string>;

/** The names of the people of a team, and one's own, as far as a person may see them. Kept for some seconds. */
@Injectable()
export class MemberNames {
  private readonly known = new Map<string, { atMs: number; names: Promise<Names> }>();

  constructor(
    private readonly auth: AuthClient,
    private readonly teams: TeamsClient,
  ) {}

  /** By user id. @param teamId undefined: of the person's own account */
  async of(actorUserId: string, teamId: string | undefined): Promise<Names> {
    const key = `${actorUserId} ${teamId ?? ''}`;
    const known = this.known.get(key);
    const now = performance.now();
    if (known !== undefined && now - known.atMs < keptMs) return known.names;
    if (this.known.size >= teamsKept) this.known.clear();
    const names = teamId === undefined ? this.own(actorUserId) : this.members(actorUserId, teamId);
    this.known.set(key, { atMs: now, names });
    names.catch(() => this.known.delete(key));
    return names;
  }

  private async own(userId: string): Promise<Names> {
    const { user } = await this.auth.getUser({ userId, actorUserId: userId });
    return new Map([[userId, user?.name ?? '']]);
  }

  private async members(actorUserId: string, teamId: string): Promise<Names> {
    const names = new Map<string, string>();
    let cursor = '';
    do {
      const page = await this.teams.listMembers({ actorUserId, teamId, limit: pageSize, cursor });
      for (const { userId, name } of page.members) if (name !== undefined) names.set(userId, name);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return names;
  }
}
