import { readMember, type BodyScan, type WireFormat } from '@modelbridge/llm-wire';
import { badField } from '../errors/request-error.js';

/** Tools that the caller runs itself; every other type has a fee of its own, or no bound. */
const callerRuns: Readonly<Record<Exclude<WireFormat, 'chat'>, RegExp>> = {
  responses: /^(function|custom|local_shell|apply_patch|computer|computer_use_preview)$/,
  messages: /^(custom|(bash|text_editor|computer|memory)_\d{8})$/,
};
const plainTools = new Set(['function', 'custom']);

export interface DeclaredTools {
  any: boolean;
  /** Those whose instructions the provider writes. */
  builtIn: number;
  /** Types of the tools that the provider would run. */
  hosted: readonly string[];
  /** Edits that leave those out of a body that is passed on as it is. */
  withoutHosted: Readonly<Record<string, string | null>>;
}

const none: DeclaredTools = { any: false, builtIn: 0, hosted: [], withoutHosted: {} };

/** Reads `tools`. Throws 400 where `tool_choice` forces a tool that would be left out. */
export function readTools(format: WireFormat, body: Buffer, scan: BodyScan): DeclaredTools {
  const kind = scan.members.get('tools')?.kind;
  if (kind === undefined || kind === 'null') return none;
  if (kind !== 'array') throw badField('tools', "'tools' must be an array.");
  if (format === 'chat') return { ...none, any: true };
  const tools = readMember(body, scan, 'tools') as unknown[];
  const isHosted = (tool: unknown): boolean => !callerRuns[format].test(typeOf(tool));
  const hosted = tools.filter(isHosted).map(typeOf);
  const kept = tools.filter((tool) => !isHosted(tool));
  return {
    any: true,
    builtIn: kept.filter((tool) => !plainTools.has(typeOf(tool))).length,
    hosted: [...new Set(hosted)],
    withoutHosted: hosted.length === 0 ? {} : withoutHosted(body, scan, kept, tools),
  };
}

function withoutHosted(
  body: Buffer,
  scan: BodyScan,
  kept: unknown[],
  all: unknown[],
): Record<string, string | null> {
  const choice: unknown = readMember(body, scan, 'tool_choice') ?? 'auto';
  const asked = memberOf(choice, 'name') ?? memberOf(choice, 'type') ?? choice;
  const leftOut = all.filter((tool) => !kept.includes(tool));
  const forcesHosted = leftOut.some(
    (tool) => typeOf(tool) === asked || memberOf(tool, 'name') === asked,
  );
  const forcesAny = asked === 'any' || asked === 'required';
  if (forcesHosted || (kept.length === 0 && forcesAny)) {
    throw badField(
      'tool_choice',
      "'tool_choice' forces a tool that the provider would run, and such tools are left out here. Choose 'auto', or a tool of your own.",
      'unsupported_parameter',
    );
  }
  if (kept.length > 0) return { tools: JSON.stringify(kept) };
  return { tools: null, tool_choice: null };
}

/** Anthropic's plain tools need not say their type. */
function typeOf(tool: unknown): string {
  const type = memberOf(tool, 'type') ?? 'custom';
  return typeof type === 'string' ? type : '';
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}
