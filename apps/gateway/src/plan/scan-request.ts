import { JsonScanError, scanBody, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';
import { wantedMembers } from './request-fields.js';

/** Throws 400 for what is not one JSON object. */
export function scanRequest(format: WireFormat, body: Buffer): BodyScan {
  try {
    return scanBody(body, wantedMembers[format]);
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    throw badField(error.param ?? 'body', `${error.message} (byte ${error.offset}).`, error.code);
  }
}
