import { Module } from '@nestjs/common';
import { RequestsModule } from '../requests/requests.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { ExportsAccess } from './exports-access.service.js';
import { ExportsGrpc } from './exports.grpc.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [RequestsModule, SpendModule],
  controllers: [ExportsGrpc],
  providers: [ExportsService, ExportsAccess],
})
export class ExportsModule {}
