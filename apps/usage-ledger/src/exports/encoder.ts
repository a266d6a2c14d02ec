import type { RecordedRequest } from '@modelbridge/contracts/events';
import { CsvEncoder } from './csv.js';
import type { ExportFormat } from './export-query.js';
import { JsonlEncoder } from './jsonl.js';
import { ParquetThread } from './parquet-thread.js';

/** Writes one file, a piece after the other; a piece may be empty. */
export interface Encoder {
  add(requests: readonly RecordedRequest[]): Uint8Array | Promise<Uint8Array>;
  /** What is left, once all were added. */
  end(): Uint8Array | Promise<Uint8Array>;
  /** What it held is free; also where the file was given up. */
  close?(): Promise<void>;
}

export function encoderOf(format: ExportFormat, tagNames: readonly string[]): Encoder {
  switch (format) {
    case 'csv':
      return new CsvEncoder(tagNames);
    case 'jsonl':
      return new JsonlEncoder();
    case 'parquet':
      return new ParquetThread(tagNames);
  }
}
