import { Module } from '@nestjs/common';
import { RequestsModule } from '../requests/requests.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { ExportsGrpc } from './exports.grpc.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [RequestsModule, SpendModule],
  controllers: [ExportsGrpc],
  providers: [ExportsService],
})
export class ExportsModule {}
