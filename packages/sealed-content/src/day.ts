import { uuidOf } from '@modelbridge/contracts';

/** The UTC day, YYYY-MM-DD, on which a request came: its id is a UUIDv7. Throws on what is no request's id. */
export function dayOf(requestId: string): string {
  const uuid = uuidOf('request', requestId);
  const ms = parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
  return new Date(ms).toISOString().slice(0, 10);
}
