import { Module, type DynamicModule } from '@nestjs/common';
import { DaysModule } from '../days/days.module.js';
import { SealingKeysModule } from '../sealing-keys/sealing-keys.module.js';
import { ArchiveFiles } from './archive-files.service.js';
import { ErasedExports } from './erased-exports.service.js';
import { ExportsGrpc } from './exports.grpc.js';
import { ExportsRepository } from './exports.repository.js';
import { EXPORT_TOKEN_SECRET, ExportsService } from './exports.service.js';
import { Preparations } from './preparations.service.js';

@Module({})
export class ExportsModule {
  static forRoot(config: { EXPORT_TOKEN_SECRET: string }): DynamicModule {
    return {
      module: ExportsModule,
      imports: [DaysModule, SealingKeysModule],
      controllers: [ExportsGrpc],
      providers: [
        { provide: EXPORT_TOKEN_SECRET, useValue: config.EXPORT_TOKEN_SECRET },
        ArchiveFiles,
        ErasedExports,
        ExportsRepository,
        ExportsService,
        Preparations,
      ],
    };
  }
}
