import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { requestTimeBounds } from '../requests/id-time.js';
import { RequestsService } from '../requests/requests.service.js';
import type { SpendScope } from '../spend/spend.js';
import { SpendService } from '../spend/spend.service.js';
import { encoderOf, type Encoder } from './encoder.js';
import { exportBounds, type ExportQuery } from './export-query.js';

/** A part of a file, and how many requests the file has up to its end. */
export interface ExportPiece {
  data: Buffer;
  rows: bigint;
}

@Injectable()
export class ExportsService {
  private open = 0;

  constructor(
    private readonly requests: RequestsService,
    private readonly spend: SpendService,
  ) {}

  /**
   * One file, a page of rows at a time as it is read. Throws `resource_exhausted` where too many are open, and
   * `invalid_argument` where the range holds more than one file may.
   */
  async *file(query: ExportQuery): AsyncGenerator<ExportPiece> {
    if (this.open >= exportBounds.maxOpen) {
      throw new RpcError('resource_exhausted', 'too many exports are running: try again later');
    }
    this.open += 1;
    try {
      yield* this.pieces(query);
    } finally {
      this.open -= 1;
    }
  }

  private async *pieces(query: ExportQuery): AsyncGenerator<ExportPiece> {
    const { requests, tagNames } = await this.spend.extent(
      extentOf(query),
      exportBounds.maxTagColumns,
    );
    if (requests > exportBounds.maxRows && !query.anyLength) {
      const message = `to leaves a range of ${requests} requests, and a file has at most ${exportBounds.maxRows}: ask for a shorter one`;
      throw new RpcError('invalid_argument', message, { field: 'to' });
    }
    const encoder = encoderOf(query.format, tagNames);
    try {
      yield* this.encoded(query, encoder);
    } finally {
      await encoder.close?.();
    }
  }

  private async *encoded(query: ExportQuery, encoder: Encoder): AsyncGenerator<ExportPiece> {
    let rows = 0n;
    let parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const page of this.requests.oldestFirst(query, exportBounds.rowsPerPage)) {
      const part = await encoder.add(page);
      parts.push(part);
      bytes += part.length;
      rows += BigInt(page.length);
      if (bytes < exportBounds.pieceBytes) continue;
      yield* cut(Buffer.concat(parts), rows);
      parts = [];
      bytes = 0;
    }
    yield* cut(Buffer.concat([...parts, await encoder.end()]), rows);
  }
}

/** What is known of a query's requests without reading one of them. */
function extentOf({ filter, ...scope }: ExportQuery): SpendScope {
  const { models, keyIds, userIds, startedFrom, startedTo } = filter;
  const completedBy = startedTo && new Date(startedTo.getTime() + requestTimeBounds.mostDurationMs);
  const { from = startedFrom, to = completedBy } = scope;
  return { ...scope, from, to, models, keyIds, userIds };
}

/** One piece, or as many as fit into messages: what ends a large Parquet file is long. */
function* cut(data: Buffer, rows: bigint): Generator<ExportPiece> {
  const { maxPieceBytes } = exportBounds;
  for (let at = 0; at < data.length || at === 0; at += maxPieceBytes) {
    yield { data: data.subarray(at, at + maxPieceBytes), rows };
  }
}
