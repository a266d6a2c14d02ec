import type { Model } from '@modelbridge/dashboard-api';
import { noSettings, parametersFor, readSettings, type Settings } from '../settings/settings.js';
import { costOfReply, sumOf, type Cost } from './cost.js';
import { isRunning, openCalls, type Entry, type Picture, type Reply } from './entries.js';
import { messagesOf } from './messages.js';
import { runReply } from './run-reply.js';

export const MOST_MODELS = 4;

/** One model and what was said with it. */
export interface Column {
  readonly id: number;
  readonly modelId: string;
  readonly entries: readonly Entry[];
  /** Of replies that are no longer among the entries. */
  readonly spentBefore: Cost;
}

export interface PlaygroundState {
  readonly columns: readonly Column[];
  readonly settings: Settings;
}

export interface ChatBody {
  model: string;
  messages: { role: string; [key: string]: unknown }[];
  [key: string]: unknown;
}

type Ask = (body: ChatBody, signal: AbortSignal) => Promise<Response>;

const NOTHING: Cost = { nanoUsd: 0n, isGuess: false };

/** Conversations with some models side by side. They are in the memory of this tab alone. */
export class Playground {
  private state: PlaygroundState = { columns: [], settings: noSettings };
  private readonly listeners = new Set<() => void>();
  private readonly running = new Map<number, AbortController>();
  private nextId = 1;
  private catalog: readonly Model[] = [];

  constructor(private readonly ask: Ask) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = (): PlaygroundState => this.state;

  /** The catalog as it is: what models take, and their prices. */
  know(models: readonly Model[]): void {
    this.catalog = models;
  }

  get models(): readonly Model[] {
    return this.catalog;
  }

  set(part: Partial<Settings>): void {
    this.become({ settings: { ...this.state.settings, ...part } });
  }

  /** Adds a model with an empty conversation; one more than there is room for is not added. */
  add(modelId: string): void {
    if (this.state.columns.length >= MOST_MODELS) return;
    const column = { id: this.nextId++, modelId, entries: [], spentBefore: NOTHING };
    this.become({ columns: [...this.state.columns, column] });
  }

  /** Has exactly these models. What was said with those that stay is kept. */
  show(modelIds: readonly string[]): void {
    for (const { id, modelId } of this.state.columns) {
      if (!modelIds.includes(modelId)) this.remove(id);
    }
    for (const modelId of modelIds) {
      if (!this.state.columns.some((column) => column.modelId === modelId)) this.add(modelId);
    }
  }

  remove(id: number): void {
    this.stop(id);
    this.become({ columns: this.state.columns.filter((column) => column.id !== id) });
  }

  /** The conversation goes on with another model. */
  exchange(id: number, modelId: string): void {
    this.change(id, (column) => ({ ...column, modelId }));
  }

  clear(): void {
    for (const { id } of this.state.columns) this.stop(id);
    this.become({
      columns: this.state.columns.map((column) => ({
        ...column,
        id: this.nextId++,
        entries: [],
        spentBefore: NOTHING,
      })),
    });
  }

  /** Says it to all models at once. */
  say(text: string, pictures: readonly Picture[]): void {
    for (const { id } of this.state.columns) {
      this.append(id, [{ kind: 'said', text, pictures }]);
      void this.run(id);
    }
  }

  /** Gives the results of the calls that wait, in their order. */
  answerCalls(id: number, results: readonly string[]): void {
    const calls = openCalls(this.column(id)?.entries ?? []);
    if (calls.length === 0) return;
    this.append(
      id,
      calls.map((call, index) => ({ kind: 'result', call, text: results[index] ?? '' })),
    );
    void this.run(id);
  }

  /** Asks for the last reply anew. */
  again(id: number): void {
    this.stop(id);
    this.change(id, (column) => {
      const last = column.entries.at(-1);
      if (last?.kind !== 'reply') return column;
      const spentBefore = sumOf([column.spentBefore, costOfReply(last, this.catalog)]);
      return { ...column, entries: column.entries.slice(0, -1), spentBefore };
    });
    void this.run(id);
  }

  stop(id: number): void {
    this.running.get(id)?.abort();
  }

  stopAll(): void {
    for (const controller of this.running.values()) controller.abort();
  }

  /** What a column's model is asked, or would be. Undefined where the settings say nothing that can be sent. */
  bodyOf(id: number): ChatBody | undefined {
    const column = this.column(id);
    const { parameters } = readSettings(this.state.settings);
    if (column === undefined || parameters === undefined) return undefined;
    const model = this.catalog.find(({ model_id }) => model_id === column.modelId);
    return {
      model: column.modelId,
      messages: messagesOf(this.state.settings.system, column.entries),
      ...parametersFor(model, parameters),
      stream: true,
      stream_options: { include_usage: true },
    };
  }

  spent(): Cost {
    return sumOf(
      this.state.columns.flatMap(({ entries, spentBefore }) => [
        spentBefore,
        ...entries.map((entry) =>
          entry.kind === 'reply' ? costOfReply(entry, this.catalog) : undefined,
        ),
      ]),
    );
  }

  private async run(id: number): Promise<void> {
    const column = this.column(id);
    const body = this.bodyOf(id);
    if (column === undefined || body === undefined || isRunning(column.entries)) return;
    const begun: Reply = {
      kind: 'reply',
      id: this.nextId++,
      modelId: column.modelId,
      state: 'running',
      text: '',
      reasoning: '',
      calls: [],
      sentChars: charsOf(body),
      startedMs: Date.now(),
    };
    const controller = new AbortController();
    this.running.set(id, controller);
    this.append(id, [begun]);
    await runReply({
      begun,
      ask: (signal) => this.ask(body, signal),
      signal: controller.signal,
      onChange: (reply) => this.draw(id, begun, reply),
    });
    if (this.running.get(id) === controller) this.running.delete(id);
  }

  /** The reply that began so is the last of its column, or its column has gone on without it. */
  private draw(id: number, begun: Reply, reply: Reply): void {
    this.change(id, (column) => {
      const last = column.entries.at(-1);
      const isIts = last?.kind === 'reply' && last.id === begun.id;
      return isIts ? { ...column, entries: [...column.entries.slice(0, -1), reply] } : column;
    });
  }

  private append(id: number, entries: readonly Entry[]): void {
    this.change(id, (column) => ({ ...column, entries: [...column.entries, ...entries] }));
  }

  private column(id: number): Column | undefined {
    return this.state.columns.find((column) => column.id === id);
  }

  private change(id: number, change: (column: Column) => Column): void {
    this.become({
      columns: this.state.columns.map((column) => (column.id === id ? change(column) : column)),
    });
  }

  private become(part: Partial<PlaygroundState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** Pictures are no text: they count as much as a usual one costs. */
function charsOf({ messages, tools }: ChatBody): number {
  let pictures = 0;
  const text = JSON.stringify([messages, tools], (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith('data:image/')) return value;
    pictures += 1;
    return '';
  });
  return text.length + pictures * PICTURE_CHARS;
}

const PICTURE_CHARS = 4_000;
