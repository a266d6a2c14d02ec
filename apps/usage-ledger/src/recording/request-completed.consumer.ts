import { usageRequestCompleted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { recordingLimits } from './limits.js';
import { arrivedRecord } from './recording.js';
import { RecordingService } from './recording.service.js';

@Injectable()
export class RequestCompletedConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly recording: RecordingService,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consumeBatch(usageRequestCompleted, {
      durable: 'usage-ledger__usage-request-completed',
      maxBatch: recordingLimits.messagesPerBatch,
      maxWaitMs: recordingLimits.batchWaitMs,
      maxAckPending: recordingLimits.messagesInFlight,
      handle: (events) =>
        this.recording.record(
          events.flatMap(({ data: { gatewayEpoch, records } }) =>
            records.map((record) => arrivedRecord(gatewayEpoch, record)),
          ),
        ),
    });
  }
}
