import type { TlsFiles } from '@modelbridge/service-kit/config';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AccountAccess } from './account-access.js';
import { RemoteSources } from './remote-sources.js';

/** Provides AccountAccess everywhere in a service, by what auth and teams say. */
@Module({})
export class AccessModule implements OnApplicationShutdown {
  constructor(@Inject(RemoteSources) private readonly sources: RemoteSources) {}

  static forRoot(config: TlsFiles & { AUTH_GRPC: string; TEAMS_GRPC: string }): DynamicModule {
    const sources = new RemoteSources({ auth: config.AUTH_GRPC, teams: config.TEAMS_GRPC }, config);
    return {
      global: true,
      module: AccessModule,
      providers: [
        { provide: RemoteSources, useValue: sources },
        { provide: AccountAccess, useValue: new AccountAccess(sources) },
      ],
      exports: [AccountAccess],
    };
  }

  onApplicationShutdown(): void {
    this.sources.close();
  }
}
