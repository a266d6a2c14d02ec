import { usageRequestCompleted } from '@modelbridge/contracts/events';
import { Messaging } from '@modelbridge/service-kit/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { recordingBounds } from './bounds.js';
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
      maxBatch: recordingBounds.messagesPerBatch,
      maxWaitMs: recordingBounds.batchWaitMs,
      maxAckPending: recordingBounds.messagesInFlight,
      handle: (events) =>
        this.recording.record(
          events.flatMap(({ data: { gatewayEpoch, records } }) =>
            records.map((record) => arrivedRecord(gatewayEpoch, record)),
          ),
        ),
    });
  }
}
