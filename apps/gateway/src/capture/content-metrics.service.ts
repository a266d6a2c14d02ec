import { Injectable } from '@nestjs/common';
import { Metrics } from '@modelbridge/service-kit/metrics';
import type { DropReason } from './request-capture.js';

/** What becomes of contents, in counts alone. */
@Injectable()
export class ContentMetrics {
  private readonly contents;
  private readonly drops;
  private readonly bytes;

  constructor(private readonly metrics: Metrics) {
    this.contents = metrics.counter({
      name: 'gateway_content_stored_total',
      help: 'Requests whose sealed content retention has taken',
    });
    this.drops = metrics.counter({
      name: 'gateway_content_dropped_total',
      help: 'Requests whose content was to be stored and was not, by reason',
      labelNames: ['reason'],
    });
    this.bytes = metrics.counter({
      name: 'gateway_content_bytes_total',
      help: 'Bytes of stored contents: raw as they travelled, and sealed as they are stored',
      labelNames: ['form'],
    });
  }

  held(bytes: () => number): void {
    this.metrics.gauge({
      name: 'gateway_content_held_bytes',
      help: 'Memory of contents on their way to retention',
      collect() {
        this.set(bytes());
      },
    });
  }

  stored(count: number, rawBytes: number, sealedBytes: number): void {
    this.contents.inc(count);
    this.bytes.inc({ form: 'raw' }, rawBytes);
    this.bytes.inc({ form: 'sealed' }, sealedBytes);
  }

  dropped(reason: DropReason, count = 1): void {
    if (count > 0) this.drops.inc({ reason }, count);
  }
}
