import { createHash } from 'node:crypto';
import { readMember, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField } from '../../errors/request-error.js';
import { bounds } from '../../bounds.js';
import type { BodyEdits } from './body-source.js';
import { namespacedFields } from '../request-fields.js';

/** Ids of the caller's own users and caches, made different for each account. Throws 400 for what is none. */
export function identifierEdits(request: {
  format: WireFormat;
  body: Buffer;
  scan: BodyScan;
  accountId: string;
}): BodyEdits {
  const { body, scan, accountId, format } = request;
  const edits: BodyEdits = {};
  for (const name of namespacedFields) {
    const member = scan.members.get(name);
    if (member === undefined || member.kind === 'null') continue;
    edits[name] = JSON.stringify(namespaced(accountId, name, readMember(body, scan, name)));
  }
  if (format === 'messages' && scan.members.get('metadata')?.kind === 'object') {
    const metadata = readMember(body, scan, 'metadata') as Record<string, unknown>;
    const userId = metadata['user_id'] ?? undefined;
    if (userId !== undefined) {
      const id = namespaced(accountId, 'metadata.user_id', userId);
      edits['metadata'] = JSON.stringify({ ...metadata, user_id: id });
    }
  }
  return edits;
}

function namespaced(accountId: string, name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > bounds.maxIdentifierLength) {
    throw badField(name, `'${name}' must be a string of at most ${bounds.maxIdentifierLength}.`);
  }
  const hash = createHash('sha256').update(`${accountId}\0${value}`).digest('hex');
  return hash.slice(0, 32);
}
