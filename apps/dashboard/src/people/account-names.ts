import { Injectable } from '@nestjs/common';
import { AuthClient, TeamsClient } from '../clients/clients.js';
import { MemberNames } from './member-names.js';

const keptMs = 10_000;
const pageSize = 100;
/** Keys beyond these are told by their ids. */
const mostKeys = 1_000;
const mostTeams = 100;

interface Of {
  accountId: string;
  actorUserId: string;
}

/** What people call the models, keys and members of an account. Kept for some seconds. */
@Injectable()
export class AccountNames {
  private readonly keys = new Map<string, { atMs: number; names: Promise<Map<string, string>> }>();

  constructor(
    private readonly auth: AuthClient,
    private readonly teams: TeamsClient,
    private readonly members: MemberNames,
  ) {}

  /** The id itself for what has no name that the person may see. */
  async of(of: Of, kind: 'model' | 'key' | 'member' | undefined): Promise<(id: string) => string> {
    if (kind === 'key') {
      const names = await this.keyNames(of);
      return (id) => names.get(id) ?? id;
    }
    if (kind === 'member') {
      const names = await this.memberNames(of);
      return (id) => names.get(id) ?? id;
    }
    return (id) => id;
  }

  /** By key id. */
  keyNames(of: Of): Promise<Map<string, string>> {
    const id = `${of.actorUserId} ${of.accountId}`;
    const now = performance.now();
    const known = this.keys.get(id);
    if (known !== undefined && now - known.atMs < keptMs) return known.names;
    if (this.keys.size >= 5_000) this.keys.clear();
    const names = this.readKeys(of);
    this.keys.set(id, { atMs: now, names });
    names.catch(() => this.keys.delete(id));
    return names;
  }

  /** By user id. */
  async memberNames({ accountId, actorUserId }: Of): Promise<ReadonlyMap<string, string>> {
    const { teams } = await this.teams.listTeams({ actorUserId, limit: mostTeams, cursor: '' });
    const team = teams.find((one) => one.accountId === accountId);
    return this.members.of(actorUserId, team?.teamId);
  }

  private async readKeys(of: Of): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    let cursor = '';
    do {
      const page = await this.auth.listKeys({ ...of, limit: pageSize, cursor });
      for (const { keyId, name } of page.keys) names.set(keyId, name);
      cursor = page.nextCursor;
    } while (cursor !== '' && names.size < mostKeys);
    return names;
  }
}
