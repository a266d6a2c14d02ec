import type { Part, ToolResultPart, Turn } from './request.js';
import type { Ignorable } from './upstream-profile.js';

/** Calls of one stretch of the assistant's turns, which vendors want answered right behind it. */
interface Stretch {
  /** Its last turn. */
  end: Turn;
  /** Nothing but results has followed so far. */
  isLast: boolean;
  open: Array<{ given: string; id: string }>;
}

const NO_RESULT = 'No result came back from this call.';

/**
 * A history as every vendor takes it: ids of calls differ, each call has one result, and results stand
 * right behind the turns that called. A result of no call becomes text, a call without one gets one that
 * says so; both are named.
 */
export function pairCalls(turns: Turn[], ignore: (field: Ignorable) => void): Turn[] {
  return new CallPairs(ignore).pair(turns);
}

/** What a tool answered, where no call can be named. */
export function resultAsText(parts: ToolResultPart['parts'], tool?: string): Part[] {
  const from = tool === undefined ? 'a tool' : `the tool '${tool}'`;
  return [{ kind: 'text', text: `Output of ${from}:` }, ...parts];
}

class CallPairs {
  private readonly paired: Turn[] = [];
  private readonly stretches: Stretch[] = [];
  private readonly ids = new Set<string>();

  constructor(private readonly ignore: (field: Ignorable) => void) {}

  pair(turns: Turn[]): Turn[] {
    for (const turn of turns) {
      if (turn.role === 'assistant') this.assistant(turn.parts);
      else this.other(turn);
    }
    for (const stretch of this.stretches) {
      for (const { id } of stretch.open) {
        this.ignore('unansweredCalls');
        const parts = [{ kind: 'text' as const, text: NO_RESULT }];
        this.insert(stretch, { kind: 'tool_result', callId: id, parts });
      }
    }
    return this.paired;
  }

  private assistant(given: Part[]): void {
    const open: Stretch['open'] = [];
    const parts = given.map((part) => {
      if (part.kind !== 'tool_call') return part;
      const id = this.uniqueId(part.id);
      open.push({ given: part.id, id });
      return { ...part, id };
    });
    const end: Turn = { role: 'assistant', parts };
    const last = this.stretches.at(-1);
    if (last !== undefined && this.paired.at(-1) === last.end) {
      last.end = end;
      last.open.push(...open);
    } else {
      this.stretches.push({ end, isLast: true, open });
    }
    this.paired.push(end);
  }

  private other({ role, parts: given }: Turn): void {
    const last = this.stretches.at(-1);
    const parts: Part[] = [];
    for (const part of given) {
      if (part.kind !== 'tool_result') {
        parts.push(part);
        continue;
      }
      const [stretch, callId] = this.callOf(part.callId);
      if (stretch === undefined) {
        this.ignore('resultsOfNoCall');
        parts.push(...resultAsText(part.parts));
      } else if (stretch === last && stretch.isLast) {
        parts.push({ ...part, callId });
      } else {
        this.insert(stretch, { ...part, callId });
      }
    }
    if (parts.length === 0 && given.length > 0) return;
    this.paired.push({ role, parts });
    if (last !== undefined) last.isLast &&= parts.every(({ kind }) => kind === 'tool_result');
  }

  /** The latest stretch with a call of this id that has no result yet, and the call's id as it is sent. */
  private callOf(given: string): [Stretch, string] | [undefined, string] {
    for (const stretch of this.stretches.toReversed()) {
      const at = stretch.open.findIndex((call) => call.given === given);
      if (at >= 0) return [stretch, stretch.open.splice(at, 1)[0]!.id];
    }
    return [undefined, given];
  }

  private insert({ end }: Stretch, result: ToolResultPart): void {
    const at = this.paired.indexOf(end) + 1;
    const next = this.paired[at];
    if (next?.role === 'user' && next.parts.every(({ kind }) => kind === 'tool_result')) {
      next.parts.push(result);
    } else {
      this.paired.splice(at, 0, { role: 'user', parts: [result] });
    }
  }

  private uniqueId(given: string): string {
    const wanted = given === '' ? 'call' : given;
    let id = wanted;
    for (let n = 2; this.ids.has(id); n++) id = `${wanted}_${n}`;
    this.ids.add(id);
    return id;
  }
}
