import { readMember, type CountsAsked, type Replacements } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../../catalog/routing-table.js';
import { traitsOf } from '../../providers/traits-of.js';
import { namespacedFields, readStreamOptions } from '../request-fields.js';
import type { BodyEdits, BodySource } from './body-source.js';
import { countsWhileItRuns } from './native-edits.js';

/** What is changed in a reply that is otherwise handed on as it came. */
export interface NativeReplyEdits {
  /** Present where the upstream counts in each chunk. */
  countsAsked?: CountsAsked;
  replacements?: Replacements;
}

export function nativeReplyEdits(
  source: BodySource,
  endpoint: CatalogEndpoint,
  edits: BodyEdits,
): NativeReplyEdits {
  const replacements = replacementsOf(source, endpoint, edits);
  return {
    countsAsked: countsWhileItRuns(source, endpoint) ? countsAsked(source) : undefined,
    replacements: replacements.size > 0 ? replacements : undefined,
  };
}

/** The caller's own ids, which a Responses reply repeats. */
export function echoedIdentifiers(source: BodySource): Record<string, unknown> {
  if (source.format !== 'responses') return {};
  const { body, scan } = source;
  const given = namespacedFields.filter((name) => scan.members.has(name));
  return Object.fromEntries(given.map((name) => [name, readMember(body, scan, name)]));
}

function replacementsOf(
  source: BodySource,
  { upstreamModel, provider }: CatalogEndpoint,
  edits: BodyEdits,
): Map<string, string> {
  const replacements = new Map<string, string>();
  const { format, model } = source;
  if (format === 'chat' && upstreamModel !== model.id) {
    replacements.set(member('model', upstreamModel), member('model', model.id));
  }
  if (format === 'chat' && traitsOf[provider].dialect === 'vllm') {
    // vLLM's newer name of it (vllm-project/vllm#33402).
    replacements.set('"reasoning":', '"reasoning_content":');
  }
  for (const [name, value] of Object.entries(echoedIdentifiers(source))) {
    const sent = edits[name];
    if (typeof sent === 'string') replacements.set(sent, JSON.stringify(value));
  }
  return replacements;
}

function member(name: string, value: string): string {
  return `"${name}":${JSON.stringify(value)}`;
}

function countsAsked({ body, scan, fields }: BodySource): CountsAsked {
  const options = readStreamOptions(body, scan);
  return {
    usage: fields.includeUsage,
    runningUsage: options?.['continuous_usage_stats'] === true,
    timings: readMember(body, scan, 'timings_per_token') === true,
  };
}
