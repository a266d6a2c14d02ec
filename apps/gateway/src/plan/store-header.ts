import type { IncomingHttpHeaders } from 'node:http';
import { badField } from '../errors/request-error.js';

export const storeHeader = 'x-modelbridge-store';

/** Whether the headers leave it to the model and the account what is kept. Throws 400 for another word than true or false. */
export function mayStoreBy(headers: IncomingHttpHeaders): boolean {
  const header = headers[storeHeader];
  if (header === undefined || header === 'true') return true;
  if (header === 'false') return false;
  throw badField(storeHeader, `'${storeHeader}' must be true or false.`);
}
