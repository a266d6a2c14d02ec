import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireFormat } from '@modelbridge/llm-wire';
import type { ResolvedKey } from './keys/resolved-key.js';

/** A request whose key is known, on its way from the ingress to what answers it. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
  /** The API whose shapes the caller speaks. */
  format: WireFormat;
  key: ResolvedKey;
}
