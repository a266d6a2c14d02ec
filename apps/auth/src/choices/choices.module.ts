import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChoicesRepository } from './choices.repository.js';
import { ChoicesService } from './choices.service.js';

@Module({
  imports: [AuditModule],
  providers: [ChoicesService, ChoicesRepository],
  exports: [ChoicesService],
})
export class ChoicesModule {}
