import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';
import { StaffReads } from './staff-reads.service.js';

@Module({ providers: [AuditService, StaffReads], exports: [AuditService] })
export class AuditModule {}
