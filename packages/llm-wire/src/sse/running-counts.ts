import { numberAt, parseObject, type JsonObject } from '../json.js';

const USAGE = ',"usage":{';
const TIMINGS = ',"timings":{';

/** Whether the caller asked for them itself. */
export interface CountsAsked {
  usage: boolean;
  runningUsage: boolean;
  timings: boolean;
}

/**
 * The counts so far that a server of open models writes into each chunk when it is asked to: vLLM's
 * usage, llama-server's timings. They are read, and taken out for a caller who did not ask. Texts are
 * bytes read as Latin-1; in a string of the model's the quotes of these keys would be escaped.
 */
export class RunningCounts {
  private last: { member: 'usage' | 'timings'; json: string } | undefined;
  /** The last piece of output came with a count that includes it. */
  private covers = false;

  constructor(private readonly asked: CountsAsked) {}

  get coverOutput(): boolean {
    return this.covers;
  }

  /** Whole events, without what was not asked for. */
  takeOut(events: string): string {
    // Mostly it is one event of one line.
    const end = events.length - 2;
    if (events.startsWith('data:') && events.indexOf('\n') === end) {
      const line = events.slice(0, end);
      const kept = this.line(line);
      return kept === line ? events : `${kept}\n\n`;
    }
    return events
      .split('\n')
      .map((line) => (line.startsWith('data:') ? this.line(line) : line))
      .join('\n');
  }

  /** The last counts as a usage object, once. */
  take(): JsonObject | undefined {
    const { last } = this;
    this.last = undefined;
    if (last === undefined) return undefined;
    const counts = parseObject(last.json);
    return last.member === 'usage' ? counts : usageOfTimings(counts);
  }

  private line(line: string): string {
    // The chunk after the last reason has the reply's own usage.
    if (line.includes('"choices":[]') || line.includes('[DONE]')) return line;
    const usage = memberOf(line, USAGE);
    const timings = memberOf(line, TIMINGS);
    this.covers = usage !== undefined || timings !== undefined;
    if (!this.covers) return line;
    if (usage !== undefined) this.last = { member: 'usage', json: usage.json };
    else this.last = { member: 'timings', json: timings!.json };
    const isLast = line.includes('"finish_reason":"');
    const { asked } = this;
    const keepsUsage = asked.runningUsage || (isLast && asked.usage);
    const kept = usage === undefined || keepsUsage ? line : line.replace(usage.text, '');
    return timings === undefined || asked.timings || isLast ? kept : kept.replace(timings.text, '');
  }
}

/** The member that begins so, with the comma before it, and its value: an object with no brace in its strings. */
function memberOf(line: string, begin: string): { text: string; json: string } | undefined {
  const start = line.indexOf(begin);
  if (start === -1) return undefined;
  const open = start + begin.length - 1;
  let end = line.indexOf('}', open);
  for (
    let inner = line.indexOf('{', open + 1);
    inner !== -1 && inner < end;
    inner = line.indexOf('{', inner + 1)
  ) {
    end = line.indexOf('}', end + 1);
  }
  if (end === -1) return undefined;
  return { text: line.slice(start, end + 1), json: line.slice(open, end + 1) };
}

/** llama-server: `prompt_n` tokens of the prompt were read, and `cache_n` found in its cache. */
export function usageOfTimings(timings: unknown): JsonObject | undefined {
  const completion_tokens = numberAt(timings, 'predicted_n');
  if (completion_tokens === undefined) return undefined;
  const read = numberAt(timings, 'prompt_n');
  const cached_tokens = numberAt(timings, 'cache_n');
  if (read === undefined || cached_tokens === undefined) return { completion_tokens };
  const prompt_tokens = read + cached_tokens;
  return { prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens } };
}
