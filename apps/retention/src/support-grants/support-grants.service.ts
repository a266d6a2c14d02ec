import { newId } from '@modelbridge/contracts';
import { Database } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { LatestClock } from '../clock/latest-clock.service.js';
import type { Held, Whose } from '../contents/held.js';
import { supportGrantBounds } from './bounds.js';
import { isOpenAt, type NewGrant, type SupportGrant } from './support-grant.js';
import { SupportGrantsRepository } from './support-grants.repository.js';

/** What authors let support read. Nothing of it is cached: a grant that is withdrawn opens nothing from then on. */
@Injectable()
export class SupportGrantsService {
  constructor(
    private readonly grants: SupportGrantsRepository,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly latest: LatestClock,
  ) {}

  async create(userId: string, { scope, expiresAt, accountId }: NewGrant): Promise<SupportGrant> {
    const createdAt = await this.latest.now();
    const grant: SupportGrant = {
      grantId: newId('supportGrant'),
      userId,
      ...(accountId !== undefined && { accountId }),
      scope,
      createdAt,
      expiresAt: expiresAt ?? new Date(createdAt.getTime() + supportGrantBounds.lifetimeMs),
    };
    requireLifetime(grant);
    await this.database.transaction(async (tx) => {
      if ((await this.grants.countOpen(tx, userId, createdAt)) >= supportGrantBounds.open) {
        const message = `at most ${supportGrantBounds.open} support grants are open at a time: withdraw some`;
        throw new RpcError('resource_exhausted', message);
      }
      await this.grants.insert(tx, grant);
      await this.audit.record(tx, {
        act: 'support.granted',
        userId,
        objectIds: [grant.grantId],
        details: {
          requests: 'span' in scope ? 'span' : String(scope.requestIds.length),
          expires_at: grant.expiresAt.toISOString(),
        },
      });
    });
    return grant;
  }

  list(whose: Whose, most = supportGrantBounds.listed): Promise<SupportGrant[]> {
    return this.grants.list(whose, most);
  }

  async withdraw({ userId, accountId }: Whose, grantId: string): Promise<SupportGrant> {
    const grant = await this.grants.find(grantId);
    const isTheirs =
      grant?.userId === userId && (accountId === undefined || grant.accountId === accountId);
    if (grant === undefined || !isTheirs) throw noSuchGrant();
    const withdrawnAt = await this.latest.now();
    await this.database.transaction(async (tx) => {
      if (!(await this.grants.withdraw(tx, grantId, withdrawnAt))) return;
      await this.audit.record(tx, { act: 'support.withdrawn', userId, objectIds: [grantId] });
    });
    return { withdrawnAt, ...grant };
  }

  /** A grant that is open and lets support read this content. */
  async covering(held: Held): Promise<SupportGrant | undefined> {
    return this.grants.covering(held, await this.latest.now());
  }

  /** The grant, if it is open. */
  async open(grantId: string): Promise<SupportGrant> {
    const grant = await this.grants.find(grantId);
    if (grant === undefined || !isOpenAt(grant, await this.latest.now())) throw noSuchGrant();
    return grant;
  }

  async isOpen(grantId: string): Promise<boolean> {
    const grant = await this.grants.find(grantId);
    return grant !== undefined && isOpenAt(grant, await this.latest.now());
  }
}

function requireLifetime({ createdAt, expiresAt }: SupportGrant): void {
  const ms = expiresAt.getTime() - createdAt.getTime();
  if (ms > 0 && ms <= supportGrantBounds.longestLifetimeMs) return;
  const message = 'expires_at must lie ahead, and at most 30 days';
  throw new RpcError('invalid_argument', message, { field: 'expires_at' });
}

function noSuchGrant(): RpcError {
  return new RpcError('not_found', 'there is no such support grant', { field: 'grant_id' });
}
