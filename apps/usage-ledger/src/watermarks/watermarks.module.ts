import { Module } from '@nestjs/common';
import { WatermarkAnnouncer } from './watermark-announcer.service.js';
import { WatermarksRepository } from './watermarks.repository.js';
import { WatermarksService } from './watermarks.service.js';

@Module({
  providers: [WatermarksService, WatermarksRepository, WatermarkAnnouncer],
  exports: [WatermarksService],
})
export class WatermarksModule {}
