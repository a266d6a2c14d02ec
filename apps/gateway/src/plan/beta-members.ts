import { readMember, type BodyScan } from '@modelbridge/llm-wire';

interface ScannedBody {
  body: Buffer;
  scan: BodyScan;
}

/** Top-level members to set, as JSON text, or to take out. */
type Edits = Record<string, string | null>;

interface BetaMember {
  /** The beta that it needs, without its date. */
  beta: string;
  /** What it is called where it is left out. */
  name: string;
  /** The places where it may stand; `*` is every element of an array. */
  paths: readonly string[];
  /** The values that need the beta, where not all do. */
  only?: (value: unknown) => boolean;
  /** Left out even where the beta is not asked for: its use could not be bounded, or is not the caller's. */
  always?: true;
}

const cacheable = [
  'cache_control',
  'system.*.cache_control',
  'tools.*.cache_control',
  'messages.*.content.*.cache_control',
  'messages.*.content.*.content.*.cache_control',
];

/** Members of Anthropic's bodies that it refuses without a beta: each goes where its beta goes. */
const betaMembers: readonly BetaMember[] = [
  {
    beta: 'prompt-caching-scope',
    name: 'cache_control.scope',
    paths: cacheable.map((path) => `${path}.scope`),
  },
  {
    beta: 'task-budgets',
    name: 'output_config.task_budget',
    paths: ['output_config.task_budget'],
  },
  {
    beta: 'thinking-display-updates',
    name: 'thinking.display',
    paths: ['thinking.display'],
    only: (display) => display === 'updates',
  },
  {
    beta: 'thinking-binding-controls',
    name: 'thinking.block_binding',
    paths: ['thinking.block_binding'],
  },
  {
    beta: 'mid-conversation-output-config',
    name: 'messages.output_config',
    paths: ['messages.*.output_config'],
  },
  {
    beta: 'mid-conversation-system-clear-at',
    name: 'messages.clear_at',
    paths: ['messages.*.clear_at'],
  },
  { beta: 'context-management', name: 'context_management', paths: ['context_management'] },
  // Compaction at the provider is output above the cap.
  {
    beta: 'compact',
    name: 'context_management.edits.compact',
    paths: ['context_management.edits.*'],
    only: isCompaction,
    always: true,
  },
  // It compares with what another request sent under the key that all callers share.
  { beta: 'cache-diagnosis', name: 'diagnostics', paths: ['diagnostics'], always: true },
  // Refused but where it is null, which Anthropic refuses as well.
  { beta: 'message-threads', name: 'thread', paths: ['thread'], always: true },
];

/** The top-level members in which they stand. */
export const betaPlaces: readonly string[] = [
  ...new Set(betaMembers.flatMap(({ paths }) => paths.map((path) => path.split('.')[0]!))),
];

/** Takes out what goes with betas that do not go upstream; returns its names. */
export function betaEdits(
  source: ScannedBody,
  edits: Edits,
  refusedBetas: readonly string[],
): string[] {
  const active = betaMembers.filter(
    ({ beta, always }) => always || refusedBetas.some((asked) => asked.startsWith(`${beta}-20`)),
  );
  return active
    .filter((member) => member.paths.filter((path) => takeOut(source, edits, path, member)).length)
    .map(({ name }) => name);
}

/** Whether something was taken out. The body is parsed only where it has the name. */
function takeOut(
  { body, scan }: ScannedBody,
  edits: Edits,
  path: string,
  { only = isGiven }: BetaMember,
): boolean {
  const [top, ...steps] = path.split('.') as [string, ...string[]];
  const member = scan.members.get(top);
  const edited = edits[top];
  if (member === undefined || edited === null) return false;
  if (steps.length === 0) {
    edits[top] = null;
    return member.kind !== 'null';
  }
  const last = steps.findLast((step) => step !== '*') ?? '';
  const bytes = body.subarray(member.valueStart, member.valueEnd);
  if (edited === undefined && !bytes.includes(`"${last}"`)) return false;
  const value: unknown = edited === undefined ? readMember(body, scan, top) : JSON.parse(edited);
  const kept = without(value, steps, only);
  if (kept === value) return false;
  edits[top] = JSON.stringify(kept);
  return true;
}

/** The value without what stands at the path, or itself where nothing does. */
function without(
  value: unknown,
  [step, ...rest]: readonly string[],
  only: (value: unknown) => boolean,
): unknown {
  if (step === '*') {
    if (!Array.isArray(value)) return value;
    const list = value as unknown[];
    if (rest.length === 0) return list.some(only) ? list.filter((entry) => !only(entry)) : list;
    const kept = list.map((entry) => without(entry, rest, only));
    return kept.some((entry, i) => entry !== list[i]) ? kept : list;
  }
  if (typeof value !== 'object' || value === null || step === undefined) return value;
  const { [step]: inner, ...others } = value as Record<string, unknown>;
  if (rest.length === 0) return only(inner) ? others : value;
  const kept = without(inner, rest, only);
  return kept === inner ? value : { ...value, [step]: kept };
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

function isCompaction(edit: unknown): boolean {
  const type = (edit as { type?: unknown } | null)?.type;
  return typeof type === 'string' && type.startsWith('compact');
}
