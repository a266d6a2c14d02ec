import { Module } from '@nestjs/common';
import { EndpointReports } from './endpoint-reports.service.js';
import { UpstreamService } from './upstream.service.js';

@Module({ providers: [UpstreamService, EndpointReports], exports: [UpstreamService] })
export class UpstreamModule {}
