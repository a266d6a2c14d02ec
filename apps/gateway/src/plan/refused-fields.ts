import { readMember, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField, RequestError } from '../errors/request-error.js';
import { refusedEngineMembers, refuseEngineMembers } from './engine-members.js';

/** Fields with which a request could change its price outside the catalog, or reach provider state. */
const refusedOfAll = [
  'previous_response_id',
  'conversation',
  'thread',
  'prompt',
  'container',
  'fallback_credit_token',
  'speed',
  'inference_geo',
  'audio',
];
const refused: Readonly<Record<WireFormat, ReadonlySet<string>>> = {
  chat: new Set([...refusedOfAll, 'web_search_options', 'prediction']),
  responses: new Set(refusedOfAll),
  messages: new Set([...refusedOfAll, 'fallbacks', 'billing_policy', 'compaction']),
};

/** Service tiers at the list price. */
const listPriceTiers: Readonly<Record<WireFormat, ReadonlySet<unknown>>> = {
  chat: new Set(['auto', 'default']),
  responses: new Set(['auto', 'default']),
  messages: new Set(['auto', 'default', 'standard_only']),
};

/** The members of a body that are looked at for this. */
export function refusedMembers(format: WireFormat): readonly string[] {
  const engine = format === 'chat' ? refusedEngineMembers : [];
  return [...refused[format], ...engine, 'service_tier', 'background', 'modalities', 'mcp_servers'];
}

/** Throws 400 naming what could not be priced or bounded, or is held at the provider. */
export function refuseWhatIsNotPriced(format: WireFormat, body: Buffer, scan: BodyScan): void {
  const { members, input } = scan;
  for (const [name, { kind }] of members) {
    if (kind === 'null' || !refused[format].has(name)) continue;
    throw (explained[name] ?? notSupported)(name);
  }
  if (format === 'chat') refuseEngineMembers(body, scan);
  const tier = readMember(body, scan, 'service_tier') ?? 'auto';
  if (!listPriceTiers[format].has(tier)) throw notSupported('service_tier');
  if (members.has('background') && (readMember(body, scan, 'background') ?? false) !== false) {
    throw notSupported('background');
  }
  refuseUnlessOnly(body, scan, 'modalities', (modality) => modality === 'text');
  if (format === 'messages') refuseUnlessOnly(body, scan, 'mcp_servers', () => false);
  if (input.fileIds > 0) throw notSupported('file_id');
  const hasItems = format === 'responses' || !members.has('messages');
  if (hasItems && input.itemReferences > 0) throw notStored();
}

/** Where clients continue by themselves, given the words that they know. */
const explained: Readonly<Record<string, (name: string) => Error>> = {
  previous_response_id: (name) =>
    RequestError.of('previous_response_not_found', {
      message: `'${name}' names a response that was not stored: replies are not stored here. Send the whole conversation as input.`,
      param: name,
    }),
  // Anthropic's SDK sends whole histories instead where it is told so in `details`.
  thread: (name) =>
    RequestError.of('unsupported_parameter', {
      message: `'${name}' is not supported here: no conversation is stored. Send all its messages in every request.`,
      param: name,
      details: { details: { error_code: 'thread_unsupported_request', unsupported: [name] } },
    }),
};

function refuseUnlessOnly(
  body: Buffer,
  scan: BodyScan,
  name: string,
  isHarmless: (value: unknown) => boolean,
): void {
  if (!scan.members.has(name)) return;
  const values = readMember(body, scan, name) ?? [];
  if (!Array.isArray(values) || !values.every(isHarmless)) throw notSupported(name);
}

/** Clients send whole items instead where they are told not to count on storage. */
function notStored(): Error {
  const message =
    "'item_reference' names an item that was not stored: replies are not stored here. Set 'store' to false in the client, so that it sends items in full.";
  return badField('item_reference', message, 'unsupported_parameter');
}

function notSupported(name: string): Error {
  return badField(name, `'${name}' is not supported here: leave it out.`, 'unsupported_parameter');
}
