import { nameOf, nativeHistory, readMember, type JsonMember } from '@modelbridge/llm-wire';
import type { CatalogEndpoint } from '../../catalog/routing-table.js';
import { traitsOf } from '../../providers/traits-of.js';
import { engineMembers, refusedEngineMembers } from '../engine-members.js';
import type { BodyEdits, BodySource } from './body-source.js';
import { openAiThinkingEdits, poolThinkingEdits } from './thinking-edits.js';
import { readStreamOptions } from '../request-fields.js';

const encryptedReasoning = 'reasoning.encrypted_content';

export interface NativeEdits {
  /** Names of what is left out. */
  ignored: string[];
  /** Members to leave out that are not among the edits. */
  leftOut: readonly JsonMember[];
}

/** Adds what must change in a body that is passed on as it is. */
export function nativeEdits(
  source: BodySource,
  endpoint: CatalogEndpoint,
  edits: BodyEdits,
): NativeEdits {
  const { fields, format } = source;
  if (fields.model !== endpoint.upstreamModel) {
    edits['model'] = JSON.stringify(endpoint.upstreamModel);
  }
  Object.assign(edits, fields.tools.withoutHosted);
  const ignored = fields.tools.leftOut.map((type) => `tools.${type}`);
  const leaveOut = (name: string): void => {
    edits[name] = null;
    ignored.push(name);
  };
  const { dialect } = traitsOf[endpoint.provider];
  const { body, scan } = source;
  const history = nativeHistory({ format, dialect, body, scan, edited: edits });
  Object.assign(edits, history.edits);
  ignored.push(...history.ignored);
  if (format === 'chat') chatEdits(source, endpoint, edits, leaveOut);
  if (format === 'responses') responsesEdits(source, edits, leaveOut);
  const mayStore = traitsOf[endpoint.provider].storesByDefault || source.scan.members.has('store');
  if (format !== 'messages' && mayStore && !isFalse(source, 'store')) edits['store'] = 'false';
  if (format !== 'chat' || dialect !== 'vllm') return { ignored, leftOut: [] };
  const leftOut = engineEdits(source, edits, leaveOut);
  ignored.push(...leftOut.map((member) => nameOf(source.body, member)));
  return { ignored, leftOut };
}

/** A server of open models gets what is known of it alone; returns what is not looked at at all. */
function engineEdits(
  { body, scan, fields }: BodySource,
  edits: BodyEdits,
  leaveOut: (name: string) => void,
): readonly JsonMember[] {
  for (const [name, { kind }] of scan.members) {
    if (engineMembers.has(name) || edits[name] === null) continue;
    if (kind === 'null' || refusedEngineMembers.has(name)) edits[name] = null;
    else leaveOut(name);
  }
  // vLLM refuses a choice of tools where there are none to choose from.
  if (!fields.tools.any && isNoChoice(readMember(body, scan, 'tool_choice'))) {
    for (const name of ['tools', 'tool_choice', 'parallel_tool_calls']) edits[name] = null;
  }
  const unknown = scan.others.filter(({ kind }) => kind !== 'null');
  return unknown;
}

function isNoChoice(choice: unknown = null): boolean {
  return choice === null || choice === 'auto' || choice === 'none';
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
  const thinkingEdits = dialect === 'vllm' ? poolThinkingEdits : openAiThinkingEdits;
  thinkingEdits(source, edits, leaveOut);
  if (refusesMetadata && scan.members.has('metadata')) leaveOut('metadata');
  const counts = countsWhileItRuns(source, endpoint);
  if (fields.stream && (counts || !fields.includeUsage)) {
    const options = { ...readStreamOptions(body, scan), include_usage: true };
    const wanted = counts ? { ...options, continuous_usage_stats: true } : options;
    edits['stream_options'] = JSON.stringify(wanted);
  }
  if (counts) edits['timings_per_token'] = 'true';
}

/** Servers of open models count in each chunk when asked, by which a stream that breaks off is charged. */
export function countsWhileItRuns(
  { format, fields }: BodySource,
  endpoint: CatalogEndpoint,
): boolean {
  return format === 'chat' && fields.stream && traitsOf[endpoint.provider].dialect === 'vllm';
}

function responsesEdits(
  source: BodySource,
  edits: BodyEdits,
  leaveOut: (name: string) => void,
): void {
  const { body, scan } = source;
  // Compaction at the provider is output above the cap.
  if (scan.members.has('context_management')) leaveOut('context_management');
  // Codex tells by it which installation asks. It is not of OpenAI's API, which refuses it.
  if (scan.members.has('client_metadata')) leaveOut('client_metadata');
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
