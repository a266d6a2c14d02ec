import { Module, type DynamicModule } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { RestrictionsGrpc } from './restrictions.grpc.js';
import { RestrictionsService } from './restrictions.service.js';

@Module({})
export class RestrictionsModule {
  static forRoot(keys: DynamicModule): DynamicModule {
    return {
      module: RestrictionsModule,
      imports: [keys, UsersModule],
      controllers: [RestrictionsGrpc],
      providers: [RestrictionsService],
    };
  }
}
