import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Fulfilments } from '../rights/fulfilments.service.js';
import { ErasuresService } from './erasures.service.js';
import { OwnedTeamsService } from './owned-teams.service.js';

/** Erasures that people ask for as one of their rights, and those of minors. */
@Injectable()
export class RequestedErasures implements OnModuleInit {
  constructor(
    private readonly fulfilments: Fulfilments,
    private readonly erasures: ErasuresService,
    private readonly teams: OwnedTeamsService,
  ) {}

  onModuleInit(): void {
    this.fulfilments.erasesBy({
      request: async (userId) => void (await this.erasures.request(userId)),
      requireErasable: (userId) => this.teams.requireNone(userId),
      begin: (userId) => this.begin(userId),
    });
  }

  private async begin(userId: string): Promise<void> {
    await this.erasures.start(userId).catch((error: unknown) => {
      if (rpcErrorFrom(error)?.code !== 'not_found') throw error;
    });
  }
}
