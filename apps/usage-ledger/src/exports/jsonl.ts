import { inTagOrder } from '@modelbridge/contracts';
import type { RecordedRequest } from '@modelbridge/contracts/events';
import { requestColumns } from './columns.js';

/** A JSON object a line. Money is text: JSON's numbers do not hold it exactly. */
export class JsonlEncoder {
  add(requests: readonly RecordedRequest[]): Uint8Array {
    return Buffer.from(requests.map((request) => JSON.stringify(line(request)) + '\n').join(''));
  }

  end(): Uint8Array {
    return Buffer.alloc(0);
  }
}

function line(request: RecordedRequest): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, value } of requestColumns) object[name] = value(request);
  object['tags'] = inTagOrder(request.tags ?? {});
  return object;
}
