import { AuthServiceClient } from '@modelbridge/contracts/auth.v1';
import { TeamsServiceClient, type Standing } from '@modelbridge/contracts/teams.v1';
import type { TlsFiles } from '@modelbridge/service-kit/config';
import {
  grpcClient,
  RpcError,
  rpcErrorFrom,
  type PromisifiedClient,
} from '@modelbridge/service-kit/grpc';
import type { AccessSources } from './account-access.js';

/** teams, asked over mTLS what people are to a team. */
export class TeamStandings {
  private readonly teams: PromisifiedClient<TeamsServiceClient>;

  constructor(target: string, tls: TlsFiles) {
    this.teams = grpcClient(TeamsServiceClient, target, tls);
  }

  async standingOf(userId: string, accountId: string): Promise<Standing | undefined> {
    const team = { $case: 'accountId', value: accountId } as const;
    return (await asked(this.teams.getStanding({ userId, team }))).standing;
  }

  /** Who owns the team that an account is of; undefined where there is none. */
  async ownerOf(accountId: string): Promise<string | undefined> {
    try {
      return (await this.teams.getAccountOwner({ accountId })).ownerUserId;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }

  close(): void {
    this.teams.close();
  }
}

/** auth and teams, asked over mTLS. */
export class RemoteSources extends TeamStandings implements AccessSources {
  private readonly auth: PromisifiedClient<AuthServiceClient>;

  constructor(targets: { auth: string; teams: string }, tls: TlsFiles) {
    super(targets.teams, tls);
    this.auth = grpcClient(AuthServiceClient, targets.auth, tls);
  }

  async accountOf(userId: string): Promise<string | undefined> {
    try {
      const { user } = await this.auth.getUser({ userId });
      return user?.closedAt === undefined ? user?.accountId : undefined;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw unavailable(error);
    }
  }

  async seesKey(userId: string, keyId: string): Promise<boolean> {
    try {
      await this.auth.getKey({ keyId, actorUserId: userId });
      return true;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return false;
      throw unavailable(error);
    }
  }

  override close(): void {
    super.close();
    this.auth.close();
  }
}

function asked<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw unavailable(error);
  });
}

/** Nobody sees anything while it cannot be known what they may see. */
function unavailable(cause: unknown): RpcError {
  return new RpcError('unavailable', 'it cannot be known what you may see: try again', { cause });
}
