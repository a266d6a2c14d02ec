import { nativeHistory, readMember } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../../catalog/routing-table.js';
import { traitsOf } from '../../providers/traits-of.js';
import type { BodyEdits, BodySource } from './body-source.js';
import { poolThinkingEdits } from './pool-thinking-edits.js';
import { readStreamOptions } from '../request-fields.js';

const encryptedReasoning = 'reasoning.encrypted_content';

/** Adds what must change in a body that is passed on as it is; returns the names of what is left out. */
export function nativeEdits(
  source: BodySource,
  endpoint: CatalogEndpoint,
  edits: BodyEdits,
): string[] {
  const { fields, format } = source;
  if (fields.model !== endpoint.upstreamModel) {
    edits['model'] = JSON.stringify(endpoint.upstreamModel);
  }
  Object.assign(edits, fields.tools.withoutHosted);
  const ignored = fields.tools.hosted.map((type) => `tools.${type}`);
  const leaveOut = (name: string): void => {
    edits[name] = null;
    ignored.push(name);
  };
  const { dialect } = traitsOf[endpoint.provider];
  const history = nativeHistory({ format, dialect, body: source.body, scan: source.scan });
  Object.assign(edits, history.edits);
  ignored.push(...history.ignored);
  if (format === 'chat') chatEdits(source, endpoint, edits, leaveOut);
  if (format === 'responses') responsesEdits(source, edits, leaveOut);
  const mayStore = traitsOf[endpoint.provider].storesByDefault || source.scan.members.has('store');
  if (format !== 'messages' && mayStore && !isFalse(source, 'store')) edits['store'] = 'false';
  return ignored;
}

function chatEdits(
  source: BodySource,
  endpoint: CatalogEndpoint,
  edits: BodyEdits,
  leaveOut: (name: string) => void,
): void {
  const { body, scan, fields } = source;
  const { dialect, refusesMaxTokens, refusesMetadata } = traitsOf[endpoint.provider];
  // Most clients still send the older name.
  if (refusesMaxTokens && fields.outputCap !== undefined && scan.members.has('max_tokens')) {
    edits['max_completion_tokens'] ??= edits['max_tokens'] ?? String(fields.outputCap);
    edits['max_tokens'] = null;
  }
  if (dialect === 'vllm') poolThinkingEdits(source, edits, leaveOut);
  if (refusesMetadata && scan.members.has('metadata')) leaveOut('metadata');
  if (fields.stream && !fields.includeUsage) {
    const options = readStreamOptions(body, scan);
    edits['stream_options'] = JSON.stringify({ ...options, include_usage: true });
  }
}

function responsesEdits(
  source: BodySource,
  edits: BodyEdits,
  leaveOut: (name: string) => void,
): void {
  const { body, scan } = source;
  // Compaction at the provider is output above the cap.
  if (scan.members.has('context_management')) leaveOut('context_management');
  if (isFalse(source, 'store')) return;
  // Nothing is stored, so reasoning must travel with the caller for its next turn to work.
  const include = readMember(body, scan, 'include') ?? [];
  if (Array.isArray(include) && !include.includes(encryptedReasoning)) {
    edits['include'] = JSON.stringify([...(include as unknown[]), encryptedReasoning]);
  }
}

function isFalse({ body, scan }: BodySource, name: string): boolean {
  return scan.members.get(name)?.kind === 'boolean' && readMember(body, scan, name) === false;
}
