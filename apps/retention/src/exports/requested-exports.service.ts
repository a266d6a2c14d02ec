import { RpcError, rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Fulfilments } from '../rights/fulfilments.service.js';
import { ExportsService } from './exports.service.js';

/** Archives that people ask for as one of their rights: access, and portability. */
@Injectable()
export class RequestedExports implements OnModuleInit {
  constructor(
    private readonly fulfilments: Fulfilments,
    private readonly exports: ExportsService,
    private readonly auth: AuthClient,
  ) {}

  onModuleInit(): void {
    this.fulfilments.archivesBy({
      prepare: (userId, since) => this.prepare(userId, since),
    });
  }

  /** One that failed is begun anew, as often as an account may ask for one. */
  private async prepare(userId: string, since: Date): Promise<boolean> {
    const accountId = await this.accountOf(userId);
    if (accountId === undefined) return true;
    const made = (await this.exports.list(accountId)).filter(
      ({ requestedAt }) => requestedAt >= since,
    );
    if (made.some(({ state }) => state === 'ready' || state === 'expired')) return true;
    if (made.some(({ state }) => state !== 'failed')) return false;
    await this.exports.create({ accountId, userId }).catch((error: unknown) => {
      const isLater =
        error instanceof RpcError &&
        (error.code === 'failed_precondition' || error.code === 'resource_exhausted');
      if (!isLater) throw error;
    });
    return false;
  }

  private async accountOf(userId: string): Promise<string | undefined> {
    try {
      return (await this.auth.getUser({ userId })).user?.accountId;
    } catch (error) {
      if (rpcErrorFrom(error)?.code === 'not_found') return undefined;
      throw error;
    }
  }
}
