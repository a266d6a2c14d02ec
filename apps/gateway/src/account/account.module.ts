import { Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { ContentController } from './content.controller.js';
import { Reads } from './reads.service.js';
import { UsageExportController } from './usage-export.controller.js';
import { UsageExports } from './usage-exports.service.js';

@Module({
  controllers: [AccountController, ContentController, UsageExportController],
  providers: [Reads, UsageExports],
  exports: [Reads, UsageExports],
})
export class AccountModule {}
