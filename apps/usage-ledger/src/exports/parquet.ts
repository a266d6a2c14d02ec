import type { RecordedRequest } from '@modelbridge/contracts/events';
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import { tableColumns, type Column, type ColumnKind } from './columns.js';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Of one row group: what is held back. */
const rowsPerGroup = 2_000;

const types: Record<ColumnKind, Pick<SchemaElement, 'type' | 'converted_type'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  decimal: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  flag: { type: 'BOOLEAN' },
  count: { type: 'INT64' },
  money: { type: 'INT64' },
};

/** Apache Parquet in row groups, so that no more of the file is held than one of them. */
export class ParquetEncoder {
  private readonly columns: readonly Column[];
  private readonly bytes = new DrainedWriter();
  private readonly file: ParquetWriter;
  private waiting: RecordedRequest[] = [];

  constructor(tagNames: readonly string[]) {
    this.columns = tableColumns(tagNames);
    const root = { name: 'root', num_children: this.columns.length };
    const leaves = this.columns.map(({ name, kind }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...types[kind],
    }));
    this.file = new ParquetWriter({
      writer: this.bytes,
      schema: [root, ...leaves],
      createdBy: 'ModelBridge',
      statistics: false,
    });
  }

  add(requests: readonly RecordedRequest[]): Uint8Array {
    this.waiting.push(...requests);
    if (this.waiting.length >= rowsPerGroup) this.writeGroup();
    return this.bytes.take();
  }

  end(): Uint8Array {
    this.writeGroup();
    void this.file.finish();
    return this.bytes.take();
  }

  private writeGroup(): void {
    if (this.waiting.length === 0) return;
    const columnData: ColumnSource[] = this.columns.map(({ name, kind, value }) => ({
      name,
      data: this.waiting.map((request) => parquetValue(kind, value(request))),
      offsetIndex: false,
    }));
    // One group whose writer has nothing to wait for is written by the time that this returns.
    void this.file.write({ columnData, rowGroupSize: this.waiting.length });
    this.waiting = [];
  }
}

function parquetValue(kind: ColumnKind, value: ReturnType<Column['value']>): unknown {
  if (value === null) return null;
  if (kind === 'time') return new Date(String(value));
  if (kind === 'count' || kind === 'money') return BigInt(value);
  return value;
}

/** Keeps what was written until it is taken, and only so long. */
class DrainedWriter extends ByteWriter {
  take(): Uint8Array {
    // A copy with memory of its own, which can be given to another thread.
    const taken = new Uint8Array(this.getBytes());
    this.index = 0;
    return taken;
  }
}
