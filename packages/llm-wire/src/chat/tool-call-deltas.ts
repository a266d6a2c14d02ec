import type { ReplyEvent } from '../conversation/events.js';
import { JsonBalance } from '../conversation/json-balance.js';
import type { PartSequencer } from '../conversation/part-sequencer.js';
import { numberAt, objectAt, stringAt, type JsonObject } from '../json.js';

interface Call {
  key: string;
  /** As the upstream gives it, or '': unique ids are made where the reply is restored. */
  id: string;
  balance: JsonBalance;
}

/**
 * The tool calls of a chat stream. Nothing there says when a call ends: it has ended when another
 * part begins and its arguments are a whole JSON document, or when the reply ends.
 */
export class ToolCallDeltas {
  private readonly calls = new Map<number, Call>();
  private count = 0;
  private lastIndex = 0;

  constructor(private readonly parts: PartSequencer) {}

  read(delta: JsonObject): ReplyEvent[] {
    const inner = objectAt(delta, 'function') ?? objectAt(delta, 'custom');
    const id = stringAt(delta, 'id');
    const name = stringAt(inner, 'name');
    const index = numberAt(delta, 'index') ?? (name ? this.count : this.lastIndex);
    this.lastIndex = index;
    const known = this.calls.get(index);
    // Some servers number every parallel call 0: another id with a name begins another call, or a name
    // without an id after a whole call.
    const another = id ? id !== known?.id : known?.balance.complete;
    const begins = known === undefined || (Boolean(name) && another === true);
    const events = begins ? this.begin(index, id, name, 'custom' in delta) : [];
    const text = stringAt(inner, 'arguments') ?? stringAt(inner, 'input');
    const call = this.calls.get(index)!;
    if (!text) return events;
    call.balance.add(text);
    events.push(...this.parts.add(call.key, { type: 'delta', text }));
    return events;
  }

  closeComplete(): ReplyEvent[] {
    return [...this.calls.values()]
      .filter(({ balance }) => balance.complete)
      .flatMap(({ key }) => this.parts.close(key));
  }

  private begin(
    index: number,
    id: string | undefined,
    name: string | undefined,
    freeform: boolean,
  ): ReplyEvent[] {
    const replaced = this.calls.get(index);
    const ended = replaced === undefined ? [] : this.parts.close(replaced.key);
    const number = this.count++;
    const call = { key: `call${number}`, id: id ?? '', balance: new JsonBalance() };
    const before = this.closeComplete();
    this.calls.set(index, call);
    const part = { kind: 'tool_call' as const, id: call.id, name: name ?? '', freeform };
    return [...ended, ...before, ...this.parts.open(call.key, part)];
  }
}
