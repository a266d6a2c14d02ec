import type { FinishReason } from '../wire-format.js';
import type { OpenPart, ReplyEvent } from './events.js';
import { OwnKeysStream } from '../schemas/property-keys.js';
import { RawInputStream } from './raw-input-stream.js';
import type { ReplyContext } from './reply-context.js';

/** Of a reply's id, within the 64 characters that OpenAI takes for the id of a call. */
const MAX_ID_CHARS = 48;

/**
 * Undoes in the reply what `adaptTools` did to the request, and settles the finish reason: a reply
 * with tool calls ends in `tool_calls`, and one without them never does, which would stall an agent.
 */
export class ReplyRestorer {
  /** Writes the open call's arguments as the caller knows them. */
  private rewriter: RawInputStream | OwnKeysStream | undefined;
  private toolCalls = 0;
  private replyId = '';
  private readonly callIds = new Set<string>();
  /** The open call has had no arguments; none at all would not be JSON. */
  private emptyCall = false;

  constructor(private readonly context: ReplyContext) {}

  restore(event: ReplyEvent): ReplyEvent[] {
    switch (event.type) {
      case 'start':
        this.replyId = event.id ?? '';
        return [event];
      case 'open':
        return [{ type: 'open', part: this.part(event.part) }];
      case 'delta':
        this.emptyCall = false;
        if (this.rewriter === undefined) return [event];
        return textOf(this.rewriter.push(event.text));
      case 'close': {
        const rest = this.rewriter?.end() ?? (this.emptyCall ? '{}' : '');
        this.rewriter = undefined;
        this.emptyCall = false;
        return [...textOf(rest), event];
      }
      case 'finish':
        return [{ ...event, reason: this.settle(event.reason) }];
      default:
        return [event];
    }
  }

  private part(part: OpenPart): OpenPart {
    if (part.kind !== 'tool_call') return part;
    const keys = this.context.inputKeys.get(part.name);
    this.rewriter = keys && new OwnKeysStream(keys);
    if (part.name === this.context.outputTool) return { kind: 'text' };
    this.toolCalls++;
    const { callerTools, freeformTools } = this.context;
    const freeform = part.freeform || freeformTools.has(part.name);
    this.emptyCall = !freeform;
    if (freeform && !part.freeform) this.rewriter = new RawInputStream();
    const id = this.uniqueId(part.id);
    return { ...part, id, ...callerTools.get(part.name), freeform };
  }

  /** Results are matched by id: one that is missing, or given twice, is made of the reply's own. */
  private uniqueId(given: string): string {
    let id = given;
    for (let n = this.toolCalls - 1; id === '' || this.callIds.has(id); n++) {
      id = ['call', this.replyId.replaceAll(/[^\w-]/g, '').slice(-MAX_ID_CHARS), n].join('_');
    }
    this.callIds.add(id);
    return id;
  }

  private settle(reason: FinishReason): FinishReason {
    if (this.toolCalls > 0 && (reason === 'stop' || reason === 'unknown')) return 'tool_calls';
    return this.toolCalls === 0 && reason === 'tool_calls' ? 'stop' : reason;
  }
}

function textOf(text: string): ReplyEvent[] {
  return text === '' ? [] : [{ type: 'delta', text }];
}
