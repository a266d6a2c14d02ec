import { readMember, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';

type Declared = Record<string, unknown>;

/** Tools that the caller runs itself; every other type has a fee of its own, or no bound. */
const callerRuns: Readonly<Record<Exclude<WireFormat, 'chat'>, RegExp>> = {
  responses: /^(function|custom|namespace|local_shell|apply_patch|computer|computer_use_preview)$/,
  messages: /^(custom|(bash|text_editor|computer|memory)_\d{8})$/,
};
/**
 * Members of a caller's tool that leave it to a hosted one to find or call it. Without that one it would
 * never be reached, and providers refuse a request of nothing else.
 */
const useOfHosted = [
  { tools: /^tool_search/, member: 'defer_loading' },
  {
    tools: /^(code_execution|programmatic_tool_calling|code_interpreter)/,
    member: 'allowed_callers',
  },
] as const;
const plainTools = new Set(['function', 'custom', 'namespace']);
/** Where tools are not declared but come along with what was said. */
const toolItems = new Set<unknown>(['additional_tools', 'tool_search_output']);

export interface DeclaredTools {
  any: boolean;
  /** Those whose instructions the provider writes. */
  builtIn: number;
  /** Types of the tools that the provider would run, and what goes with them. */
  leftOut: readonly string[];
  /** Edits that leave those out of a body that is passed on as it is. */
  withoutHosted: Readonly<Record<string, string | null>>;
}

const none: DeclaredTools = { any: false, builtIn: 0, leftOut: [], withoutHosted: {} };

/** Reads `tools`. Throws 400 where `tool_choice` forces a tool that would be left out. */
export function readTools(format: WireFormat, body: Buffer, scan: BodyScan): DeclaredTools {
  const kind = scan.members.get('tools')?.kind ?? 'null';
  if (kind !== 'null' && kind !== 'array') throw badField('tools', "'tools' must be an array.");
  if (format === 'chat') return { ...none, any: kind === 'array' && !isEmpty(body, scan) };
  const leftOut = new Set<string>();
  const edits: Record<string, string | null> = {};
  const tools = kind === 'array' ? (readMember(body, scan, 'tools') as unknown[]) : [];
  const kept = withoutHosted(format, tools, leftOut);
  if (leftOut.size > 0) {
    Object.assign(edits, keptEdits(kept, readMember(body, scan, 'tool_choice'), tools));
  }
  if (format === 'responses' && scan.input.toolItems > 0) {
    const items = readMember(body, scan, 'input');
    const before = leftOut.size;
    const input = Array.isArray(items) ? items.map((item) => keptItem(item, leftOut)) : items;
    if (leftOut.size > before) edits['input'] = JSON.stringify(input);
  }
  if (format === 'messages' && scan.input.toolItems > 0) refuseHosted(body, scan);
  return {
    any: kind === 'array' || scan.input.toolItems > 0,
    builtIn: kept.filter((tool) => !plainTools.has(typeOf(tool))).length,
    leftOut: [...leftOut],
    withoutHosted: edits,
  };
}

/** Whether `tools` is an empty array, as it is mostly spelled. */
function isEmpty(body: Buffer, scan: BodyScan): boolean {
  const { valueStart, valueEnd } = scan.members.get('tools')!;
  return valueEnd - valueStart < 8 && (readMember(body, scan, 'tools') as unknown[]).length === 0;
}

/** The tools that stay, each as it came unless one that is hosted is taken out of it. */
function withoutHosted(
  format: Exclude<WireFormat, 'chat'>,
  tools: unknown[],
  leftOut: Set<string>,
): unknown[] {
  const gone = new Set<string>();
  const kept = tools.flatMap((tool): unknown[] => {
    const type = typeOf(tool);
    if (!isCallerRun(format, type, tool)) {
      leftOut.add(type);
      for (const { tools: hosted, member } of useOfHosted) if (hosted.test(type)) gone.add(member);
      return [];
    }
    const members = format === 'responses' && type === 'namespace' ? memberOf(tool, 'tools') : [];
    if (!Array.isArray(members)) return [tool];
    const own = withoutHosted(format, members, leftOut);
    if (own.length === members.length) return [tool];
    return own.length === 0 ? [] : [{ ...(tool as Declared), tools: own }];
  });
  for (const member of gone) if (kept.some((tool) => has(tool, member))) leftOut.add(member);
  return gone.size === 0 ? kept : kept.map((tool) => without(tool, gone));
}

function isCallerRun(format: Exclude<WireFormat, 'chat'>, type: string, tool: unknown): boolean {
  if (callerRuns[format].test(type)) return true;
  if (format !== 'responses') return false;
  if (type === 'shell') return memberOf(memberOf(tool, 'environment'), 'type') === 'local';
  return type === 'tool_search' && memberOf(tool, 'execution') === 'client';
}

function has(tool: unknown, name: string): boolean {
  const members = memberOf(tool, 'tools');
  const value = memberOf(tool, name) ?? false;
  return value !== false || (Array.isArray(members) && members.some((own) => has(own, name)));
}

function without(tool: unknown, names: ReadonlySet<string>): unknown {
  const found = [...names].filter((name) => has(tool, name));
  if (found.length === 0) return tool;
  const rest = { ...(tool as Declared) };
  for (const name of found) delete rest[name];
  const members = rest['tools'];
  if (Array.isArray(members)) rest['tools'] = members.map((own) => without(own, names));
  return rest;
}

function keptItem(item: unknown, leftOut: Set<string>): unknown {
  const tools = memberOf(item, 'tools');
  if (!toolItems.has(memberOf(item, 'type')) || !Array.isArray(tools)) return item;
  return { ...(item as Declared), tools: withoutHosted('responses', tools, leftOut) };
}

/** Of what a conversation offers on its way nothing can be left out without changing the conversation. */
function refuseHosted(body: Buffer, scan: BodyScan): void {
  const messages = readMember(body, scan, 'messages');
  const blocks = (Array.isArray(messages) ? messages : []).flatMap((message) =>
    memberOf(message, 'content'),
  );
  for (const block of blocks) {
    const tool = memberOf(memberOf(block, 'tool'), 'definition');
    if (memberOf(block, 'type') !== 'tool_addition' || tool === undefined) continue;
    if (isCallerRun('messages', typeOf(tool), tool)) continue;
    throw badField(
      'messages',
      `'messages' offers '${typeOf(tool).slice(0, 64)}', a tool that the provider would run, and such tools are not offered here.`,
      'unsupported_parameter',
    );
  }
}

/** `tools`, and what says how they are to be used, where some are left out. */
function keptEdits(
  kept: unknown[],
  choice: unknown = 'auto',
  all: unknown[],
): Record<string, string | null> {
  const left = all.filter((tool) => !kept.some((own) => typeAndName(own) === typeAndName(tool)));
  const isLeft = (asked: unknown): boolean => {
    const name = memberOf(asked, 'name');
    return left.some(
      (tool) =>
        typeOf(tool) === memberOf(asked, 'type') ||
        (name !== undefined && memberOf(tool, 'name') === name),
    );
  };
  const asked = memberOf(choice, 'type') ?? choice;
  const allowed = asked === 'allowed_tools' ? memberOf(choice, 'tools') : undefined;
  const stillAllowed = Array.isArray(allowed) ? allowed.filter((tool) => !isLeft(tool)) : undefined;
  const forcesAny = asked === 'any' || asked === 'required';
  if (isLeft(choice) || stillAllowed?.length === 0 || (kept.length === 0 && forcesAny)) {
    throw badField(
      'tool_choice',
      "'tool_choice' forces a tool that the provider would run, and such tools are left out here. Choose 'auto', or a tool of your own.",
      'unsupported_parameter',
    );
  }
  if (kept.length === 0) return { tools: null, tool_choice: null, parallel_tool_calls: null };
  if (stillAllowed === undefined) return { tools: JSON.stringify(kept) };
  const tool_choice = JSON.stringify({ ...(choice as Declared), tools: stillAllowed });
  return { tools: JSON.stringify(kept), tool_choice };
}

function typeAndName(tool: unknown): string {
  return `${typeOf(tool)} ${String(memberOf(tool, 'name'))}`;
}

/** Anthropic's plain tools need not say their type. */
function typeOf(tool: unknown): string {
  const type = memberOf(tool, 'type') ?? 'custom';
  return typeof type === 'string' ? type : '';
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Declared)[name];
}
