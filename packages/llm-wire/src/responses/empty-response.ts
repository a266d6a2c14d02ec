import type { JsonObject } from '../json.js';
import { ResponsesReplyWriter } from './reply-writer.js';
import { echoOf } from './request-echo.js';

/** The stream of a response to `request` that has no output and took no tokens. */
export function emptyResponseStream(
  request: JsonObject,
  { id, created }: { id: string; created: number },
): Buffer {
  const writer = new ResponsesReplyWriter({
    model: String(request['model']),
    includeUsage: true,
    freeformTools: new Set(),
    callerTools: new Map(),
    inputKeys: new Map(),
    echo: echoOf(request),
    now: () => created,
    created,
  });
  const usage = { inputTokens: 0, outputTokens: 0 };
  const begin = writer.write({ type: 'start', id, created }, undefined);
  return Buffer.from(begin + writer.write({ type: 'finish', reason: 'stop' }, usage));
}
