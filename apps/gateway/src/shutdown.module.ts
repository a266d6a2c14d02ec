import { Module, type OnModuleInit } from '@nestjs/common';
import { Shutdown } from '@modelbridge/service-kit/process';
import { Allowances } from './allowances/allowances.service.js';
import { allowanceBounds } from './allowances/bounds.js';
import { AllowancesModule } from './allowances/allowances.module.js';
import { captureBounds } from './capture/bounds.js';
import { CaptureModule } from './capture/capture.module.js';
import { Captures } from './capture/captures.service.js';
import { InferenceModule } from './inference/inference.module.js';
import { RunningRequests } from './inference/running-requests.service.js';
import { bounds } from './bounds.js';
import { UsageModule } from './usage/usage.module.js';
import { Spool } from './spool/spool.js';
import { ResponseSockets } from './websocket/response-sockets.service.js';
import { WebSocketModule } from './websocket/websocket.module.js';

/** The order in which the gateway's work ends: requests first, then what they owe. */
@Module({
  imports: [AllowancesModule, CaptureModule, InferenceModule, UsageModule, WebSocketModule],
})
export class ShutdownModule implements OnModuleInit {
  constructor(
    private readonly shutdown: Shutdown,
    private readonly running: RunningRequests,
    private readonly allowances: Allowances,
    private readonly spool: Spool,
    private readonly sockets: ResponseSockets,
    private readonly captures: Captures,
  ) {}

  onModuleInit(): void {
    this.shutdown.onDrain(async () => {
      const drained = this.running.drain();
      this.sockets.drain();
      await drained;
      await Promise.all([
        this.allowances.close(),
        this.spool.close(bounds.settleOnShutdownMs),
        this.captures.close(captureBounds.closeOnShutdownMs),
      ]);
      this.sockets.cut();
    }, bounds.shutdownGraceMs + allowanceBounds.closeOnShutdownMs);
  }
}
