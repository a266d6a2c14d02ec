import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ChoicesModule } from '../choices/choices.module.js';
import { ManagementWritesModule } from '../management-writes/writes.module.js';
import { UsersModule } from '../users/users.module.js';
import { DataErasedConsumer } from './data-erased.consumer.js';
import { EraserService } from './eraser.service.js';
import { HoldingGrpc } from './holding.grpc.js';
import { HoldingService } from './holding.service.js';

@Module({})
export class ErasingModule {
  static forRoot(clerk: DynamicModule, keys: DynamicModule): DynamicModule {
    return {
      module: ErasingModule,
      imports: [AuditModule, ChoicesModule, ManagementWritesModule, UsersModule, clerk, keys],
      controllers: [HoldingGrpc],
      providers: [HoldingService, EraserService, DataErasedConsumer],
    };
  }
}
