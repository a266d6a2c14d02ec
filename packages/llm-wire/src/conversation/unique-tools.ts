import { invalid } from './request-error.js';
import type { Tool } from './request.js';

export interface DeclaredTool {
  tool: Tool;
  /** Where it is declared: `tools[0]`. */
  param: string;
}

/** The tools without those that are declared twice alike. Throws 400 for two of one name. */
export function uniqueTools(declared: DeclaredTool[]): Tool[] {
  const known = new Map<string, DeclaredTool>();
  for (const each of declared) {
    const first = known.get(each.tool.name);
    if (first === undefined) known.set(each.tool.name, each);
    else refuseOther(first, each);
  }
  return [...known.values()].map(({ tool }) => tool);
}

/** Throws 400 for two tools of one name that are not the same. */
export function refuseOther(first: DeclaredTool, second: DeclaredTool): void {
  if (JSON.stringify(first.tool) === JSON.stringify(second.tool)) return;
  throw invalid(
    second.param,
    `a tool with a name of its own: '${first.param}' is another '${second.tool.name.slice(0, 128)}'`,
  );
}
