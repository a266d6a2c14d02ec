import { Worker } from 'node:worker_threads';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import type { Encoder } from './encoder.js';

/** Rows to add; without them the file ends. */
export interface ParquetOrder {
  requests?: readonly RecordedRequest[];
}

const file = new URL('../../bundle/parquet.worker.cjs', import.meta.url);
/** Of a file of 5 million requests the list of its row groups is the most of it. */
const heapMib = 512;

/**
 * Parquet, written by a thread of the file's own: a row group takes long, and what ends a file of a million requests holds
 * an event loop for more than a tenth of a second, while usage is to be recorded.
 */
export class ParquetThread implements Encoder {
  private readonly worker: Worker;
  private answer: { resolve(bytes: Uint8Array): void; reject(error: Error): void } | undefined;
  private failure: Error | undefined;

  constructor(tagNames: readonly string[]) {
    this.worker = new Worker(file, {
      workerData: { tagNames },
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
    });
    this.worker.on('message', (bytes: Uint8Array) => this.answer?.resolve(bytes));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('the thread that writes the file has ended')));
  }

  add(requests: readonly RecordedRequest[]): Promise<Uint8Array> {
    return this.ask({ requests });
  }

  end(): Promise<Uint8Array> {
    return this.ask({});
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  /** One order at a time. */
  private ask(order: ParquetOrder): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.answer = { resolve, reject };
      this.worker.postMessage(order);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.answer?.reject(this.failure);
  }
}
