import type { TokenCounts } from '../../../catalog/price.js';

export interface Picture {
  readonly name: string;
  readonly dataUrl: string;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote them: JSON, if it kept to it. */
  readonly args: string;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What a model has answered so far. */
export interface Reply {
  readonly kind: 'reply';
  /** Of this visit. */
  readonly id: number;
  readonly modelId: string;
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  /** As the API says it, such as `length`; undefined before the end. */
  readonly finish?: string;
  /** Undefined before the end, or where it was never told. */
  readonly usage?: TokenCounts;
  readonly failure?: Failure;
  readonly requestId?: string;
  /** Names of what the API left out of the request, as `x-modelbridge-ignored` says. */
  readonly ignored?: string;
  /** Characters that were sent, for a guess at what they cost before it is told. */
  readonly sentChars: number;
  readonly startedMs: number;
  readonly firstMs?: number;
  readonly endedMs?: number;
}

export interface Said {
  readonly kind: 'said';
  readonly text: string;
  readonly pictures: readonly Picture[];
}

export interface ToolResult {
  readonly kind: 'result';
  readonly call: ToolCall;
  readonly text: string;
}

export type Entry = Said | Reply | ToolResult;

/** The calls of the last reply that wait for a result: the model cannot go on before. */
export function openCalls(entries: readonly Entry[]): readonly ToolCall[] {
  const last = entries.at(-1);
  return last?.kind === 'reply' && last.state === 'done' ? last.calls : [];
}

export function isRunning(entries: readonly Entry[]): boolean {
  const last = entries.at(-1);
  return last?.kind === 'reply' && last.state === 'running';
}
