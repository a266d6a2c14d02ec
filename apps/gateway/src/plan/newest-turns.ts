/** A message, or an item of a Responses input, as far as it matters here. */
export interface Turn {
  role?: unknown;
  type?: unknown;
  content?: unknown;
}

/** Items that a model made: messages of its own, its reasoning, its calls. */
const madeByModel = /^(reasoning|compaction|.+_call)$/;

/**
 * Where the message begins that the user has just sent: behind the model's last word. Nothing is new
 * where that is answered by a tool: what stands beside a tool's answer belongs to it.
 */
export function beginOfNewestTurns(turns: readonly Turn[]): number {
  const begin = turns.findLastIndex(isModels) + 1;
  return turns.slice(begin).some(isToolAnswer) ? turns.length : begin;
}

function isModels(turn: Turn): boolean {
  if (turn.role === 'assistant') return true;
  return typeof turn.type === 'string' && madeByModel.test(turn.type);
}

function isToolAnswer({ role, type, content }: Turn): boolean {
  if (role === 'tool' || (typeof type === 'string' && type.endsWith('_output'))) return true;
  return (
    Array.isArray(content) && content.some((part: Turn | null) => part?.type === 'tool_result')
  );
}
