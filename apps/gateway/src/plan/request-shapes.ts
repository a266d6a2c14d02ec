import {
  checkRequest,
  readMember,
  shapedMembers,
  type BodyScan,
  type WireFormat,
} from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';

/** What a vendor never sees as it came, and so cannot refuse itself. */
const notPassedOn: Readonly<Record<WireFormat, readonly string[]>> = {
  chat: ['store', 'metadata'],
  responses: ['store'],
  messages: [],
};
/** The scan checks what stands in them. */
const conversations: ReadonlySet<string> = new Set(['messages', 'input']);

/**
 * Throws 400 or WireRequestError for a wrong value in a body that is passed on as it is. A vendor refuses
 * what it gets in its own words; servers that take anything are spared it all.
 */
export function checkNativeShapes(
  format: WireFormat,
  body: Buffer,
  scan: BodyScan,
  upstreamChecks: boolean,
): void {
  const names = upstreamChecks ? notPassedOn[format] : shapedMembers(format);
  const members: Record<string, unknown> = {};
  for (const name of names) {
    if (scan.members.has(name) && !conversations.has(name)) {
      members[name] = readMember(body, scan, name);
    }
  }
  checkRequest(format, members);
  if (upstreamChecks) return;
  const { turns, turnFault } = scan.input;
  if (turnFault !== undefined) throw faultError(turnFault);
  if (turns === 0 && scan.members.get('messages') !== undefined) {
    throw badField('messages', "'messages' must be an array of at least 1.");
  }
}

function faultError({ param, expected }: NonNullable<BodyScan['input']['turnFault']>): Error {
  if (expected !== undefined) return badField(param, `'${param}' must be ${expected}.`);
  return badField(param, `'${param}' is required.`, 'missing_required_parameter');
}
