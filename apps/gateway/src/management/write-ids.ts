import type { IncomingMessage } from 'node:http';
import { idFromUuid, type IdKind } from '@modelbridge/contracts';

const writeIds = new WeakMap<IncomingMessage, string>();

/** Notes on a request the UUID that it shares with its repetitions. */
export function rememberWriteId(req: IncomingMessage, writeId: string): void {
  writeIds.set(req, writeId);
}

export function writeIdOf(req: IncomingMessage): string | undefined {
  return writeIds.get(req);
}

/** Of what a write makes: a second try finds under it what the first has made. */
export function idOf(kind: IdKind, writeId: string | undefined): string | undefined {
  return writeId === undefined ? undefined : idFromUuid(kind, writeId);
}
