import { Module, type DynamicModule } from '@nestjs/common';
import { ContentsModule } from '../contents/contents.module.js';
import { DaysModule } from '../days/days.module.js';
import { ReadingModule } from '../reading/reading.module.js';
import { RightsModule } from '../rights/rights.module.js';
import { SealingKeysModule } from '../sealing-keys/sealing-keys.module.js';
import { SupportGrantsModule } from '../support-grants/support-grants.module.js';
import { ArchiveFiles } from './archive-files.service.js';
import { ErasedExports } from './erased-exports.service.js';
import { ExportsGrpc } from './exports.grpc.js';
import { ExportsRepository } from './exports.repository.js';
import { EXPORT_TOKEN_SECRET, ExportsService } from './exports.service.js';
import { Preparations } from './preparations.service.js';
import { RequestedExports } from './requested-exports.service.js';

@Module({})
export class ExportsModule {
  /** `erasures`: the module of the app, of which there is one. */
  static forRoot(config: { EXPORT_TOKEN_SECRET: string }, erasures: DynamicModule): DynamicModule {
    return {
      module: ExportsModule,
      imports: [
        ContentsModule,
        DaysModule,
        erasures,
        ReadingModule,
        RightsModule,
        SealingKeysModule,
        SupportGrantsModule,
      ],
      controllers: [ExportsGrpc],
      providers: [
        { provide: EXPORT_TOKEN_SECRET, useValue: config.EXPORT_TOKEN_SECRET },
        ArchiveFiles,
        ErasedExports,
        ExportsRepository,
        ExportsService,
        Preparations,
        RequestedExports,
      ],
    };
  }
}
