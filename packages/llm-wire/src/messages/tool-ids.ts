const ALLOWED = /^[a-zA-Z0-9_-]+$/;
const ENCODED = 'mbtc_';

/**
 * A tool call's id as Anthropic and its clients take it. Other vendors' ids (`functions.get:0`) are
 * encoded reversibly, so that the id which comes back needs no memory of the one that went out.
 */
export function toAnthropicToolId(id: string): string {
  if (ALLOWED.test(id) && !id.startsWith(ENCODED)) return id;
  return ENCODED + Buffer.from(id).toString('base64url');
}

export function fromAnthropicToolId(id: string): string {
  if (!id.startsWith(ENCODED)) return id;
  return Buffer.from(id.slice(ENCODED.length), 'base64url').toString();
}
