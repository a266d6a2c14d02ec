import { Module } from '@nestjs/common';
import { ContentsController } from './contents.controller.js';
import { ErasureController } from './erasure.controller.js';
import { ExportsController } from './exports.controller.js';
import { PrivacyRequestsController } from './privacy-requests.controller.js';
import { SupportGrantsController } from './support-grants.controller.js';

@Module({
  controllers: [
    ContentsController,
    ErasureController,
    ExportsController,
    PrivacyRequestsController,
    SupportGrantsController,
  ],
})
export class PrivacyModule {}
