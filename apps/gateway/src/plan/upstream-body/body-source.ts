import type { IncomingHttpHeaders } from 'node:http';
import type { BodyScan, WireFormat } from '@modelbridge/llm-wire';
import type { CatalogModel } from '../../catalog/routing-table.js';
import type { RequestFields } from '../request-fields.js';

/** A caller's request, from which each upstream's body is made. */
export interface BodySource {
  format: WireFormat;
  headers: IncomingHttpHeaders;
  body: Buffer;
  scan: BodyScan;
  fields: RequestFields;
  model: CatalogModel;
  /** Ids of the caller's own, made different for each account. */
  identifiers: BodyEdits;
  startedAt: number;
  /** The caller lets cache breakpoints be set where its API has none. */
  marksCache: boolean;
  /** What the body lost before, because the model does not take it. */
  leftOut: readonly string[];
}

/** Top-level members to set, as JSON text, or to take out. */
export type BodyEdits = Record<string, string | null>;
