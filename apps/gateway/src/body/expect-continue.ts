import type { IncomingMessage, ServerResponse } from 'node:http';

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/** The caller of this request sends its body once it is told to. */
export function holdBodyBack(req: IncomingMessage, res: ServerResponse): void {
  waiting.set(req, res);
}

/** Tells the caller to go on: to be called when nothing that the head says is in the way. */
export function askForBody(req: IncomingMessage): void {
  if (req.headers.expect === undefined) return;
  waiting.get(req)?.writeContinue();
  waiting.delete(req);
}
