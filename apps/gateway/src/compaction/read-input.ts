import type { JsonObject } from '@modelbridge/llm-wire';
import { RoutingTable, type PlainTable } from '../catalog/routing-table.js';
import { badField } from '../errors/request-error.js';
import { scanRequest } from '../plan/scan-request.js';
import type { Job } from '../workers/job.js';
import {
  isTriggered,
  itemsOf,
  mayHaveCompaction,
  openItems,
  userMessages,
} from './compacted-input.js';
import { CompactionSeal } from './seal.js';
import { summaryRequest } from './summary-request.js';

interface CompactedRequest {
  body: Buffer;
  /** Of the seal. */
  secret: string;
  accountId: string;
  /** `compact`: the route that always asks for a summary. */
  route: 'responses' | 'compact';
}

export interface ReadInput {
  /** To be run: the caller's, the same with what was sealed opened, or one that asks for a summary. */
  body: Buffer;
  /** Present where a summary is asked for. */
  summary?: { streams: boolean; messages: JsonObject[] };
}

/** What a request with compactions is to be run as. Throws 400 for a body that is not well-formed. */
export function readInput(
  { body, secret, accountId, route }: CompactedRequest,
  table: RoutingTable,
): ReadInput {
  const request = JSON.parse(body.toString()) as JsonObject;
  const seal = new CompactionSeal(secret);
  const given = itemsOf(request['input']);
  if (route === 'compact' && given === undefined) {
    throw badField('input', "'input' must be a string or an array.");
  }
  const opened = openItems(given ?? [], (sealed) => seal.open(accountId, sealed));
  const items = opened ?? given ?? [];
  if (route === 'compact') {
    const { stream: _, ...rest } = request;
    return summaryOf(rest, items, userMessages(given!));
  }
  if (isTriggered(given ?? []) && !compactsItself(request['model'], table)) {
    return summaryOf(request, items.slice(0, -1), []);
  }
  return { body: opened === undefined ? body : bytesOf({ ...request, input: opened }) };
}

/** `readInput` of a large body, which may have no compactions. */
export const readInputJob: Job<CompactedRequest & { table: PlainTable }, ReadInput> = {
  name: 'compacted_input',
  run({ table, ...request }) {
    const { body, route } = request;
    if (route === 'responses' && !mayHaveCompaction(body)) return { body };
    scanRequest('responses', body);
    return readInput(request, RoutingTable.ofPlain(table));
  },
};

function summaryOf(request: JsonObject, items: unknown[], messages: JsonObject[]): ReadInput {
  return {
    body: bytesOf(summaryRequest(request, items)),
    summary: { streams: request['stream'] === true, messages },
  };
}

/** Whether the model's provider takes a trigger itself. */
function compactsItself(name: unknown, table: RoutingTable): boolean {
  const model = typeof name === 'string' ? table.model(name) : undefined;
  const [first] = model === undefined ? [] : table.endpoints(model.id);
  return first === undefined || first.formats.includes('responses');
}

function bytesOf(request: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(request));
}
