import { Module } from '@nestjs/common';
import { ControlController } from './control.controller.js';
import { FaultRules } from './fault-rules.js';
import { RequestLog } from './request-log.js';

@Module({
  controllers: [ControlController],
  providers: [FaultRules, RequestLog],
  exports: [FaultRules, RequestLog],
})
export class ControlModule {}
