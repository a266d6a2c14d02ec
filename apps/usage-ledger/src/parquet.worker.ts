import { parentPort, workerData } from 'node:worker_threads';
import { ParquetEncoder } from './exports/parquet.js';
import type { ParquetOrder } from './exports/parquet-thread.js';

// Without data where the bundler loads it.
const data = workerData as { tagNames: readonly string[] } | null;
const encoder = new ParquetEncoder(data?.tagNames ?? []);

parentPort?.on('message', ({ requests }: ParquetOrder) => {
  const bytes = requests === undefined ? encoder.end() : encoder.add(requests);
  parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
});
