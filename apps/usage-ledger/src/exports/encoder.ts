import type { RecordedRequest } from '@modelbridge/contracts/events';
import { CsvEncoder } from './csv.js';
import type { ExportFormat } from './export-query.js';
import { JsonlEncoder } from './jsonl.js';
import { ParquetEncoder } from './parquet.js';

/** Writes one file, a piece after the other; a piece may be empty. */
export interface Encoder {
  add(requests: readonly RecordedRequest[]): Uint8Array;
  /** What is left, once all were added. */
  end(): Uint8Array;
}

export function encoderOf(format: ExportFormat, tagNames: readonly string[]): Encoder {
  switch (format) {
    case 'csv':
      return new CsvEncoder(tagNames);
    case 'jsonl':
      return new JsonlEncoder();
    case 'parquet':
      return new ParquetEncoder(tagNames);
  }
}
