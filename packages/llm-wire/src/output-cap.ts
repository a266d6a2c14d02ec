import type { WireFormat } from './wire-format.js';

/** Where a body may carry its output cap, the one that counts first. */
const CAP_FIELDS: Readonly<Record<WireFormat, readonly [string, ...string[]]>> = {
  chat: ['max_completion_tokens', 'max_tokens'],
  responses: ['max_output_tokens'],
  messages: ['max_tokens'],
};

/** The member to write an output cap to: the one that the body has, or the format's own. */
export function outputCapField(format: WireFormat, has: (key: string) => boolean): string {
  const fields = CAP_FIELDS[format];
  return fields.find(has) ?? fields[0];
}
