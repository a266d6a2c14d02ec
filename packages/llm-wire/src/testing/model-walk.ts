import type { Reply, ReplyPart } from '../conversation/reply.js';
import type { ReasoningPart } from '../conversation/request.js';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import { codecs } from '../formats.js';
import { arrayAt, isObject, objectAt, stringAt, type JsonObject } from '../json.js';
import { scanBody } from '../json-scan/scan-body.js';
import { spliceTopLevel } from '../json-scan/splice.js';
import { nativeHistory } from '../native-history/native-history.js';
import { translateReply, translateRequest } from '../translate.js';
import type { WireFormat } from '../wire-format.js';
import { replyContext } from './contexts.js';
import type { Vendor } from './vendor-rules.js';

interface Model {
  vendor: 'anthropic' | 'openai' | 'pool';
  speaks: WireFormat[];
  profile: Omit<UpstreamProfile, 'format'>;
}

function model(
  vendor: Model['vendor'],
  speaks: WireFormat[],
  more: Partial<UpstreamProfile>,
): Model {
  const dialect = vendor === 'pool' ? 'vllm' : 'openai';
  return { vendor, speaks, profile: { model: 'm', maxOutputTokens: 32_000, dialect, ...more } };
}

/** One model of each kind that differs in what it takes. */
export const MODELS = {
  claude: model('anthropic', ['messages'], { thinking: 'budget' }),
  claudeAdaptive: model('anthropic', ['messages'], { thinking: 'adaptive' }),
  gpt: model('openai', ['chat', 'responses'], {}),
  codex: model('openai', ['responses'], {}),
  kimi: model('pool', ['chat'], {}),
  minimax: model('pool', ['chat'], {}),
} as const;
export type ModelName = keyof typeof MODELS;

export interface Step {
  model: ModelName;
  /** What the model says: any of these, in this order. */
  thinks: boolean;
  says: string | undefined;
  calls: number;
  /** The user speaks on after the results. */
  goesOn: boolean;
  /** The client adds instructions behind the results. */
  instructs: boolean;
}

/** The first is as long as agents name the tools of MCP servers; not every vendor takes that. */
const LONG = `mcp__${'server_'.repeat(9)}_look`;

/** A client of one API that changes its model as it likes, and gives every reply back as it came. */
export class ModelWalk {
  private readonly turns: JsonObject[] = [];
  private count = 0;

  constructor(private readonly api: WireFormat) {
    this.say('begin');
  }

  /** The body that the step's vendor gets; what it answers becomes part of the conversation. */
  take(step: Step): { vendor: Vendor; body: JsonObject; ignored: string[] } {
    const { speaks, vendor, profile } = MODELS[step.model];
    const format = speaks.includes(this.api) ? this.api : speaks.at(-1)!;
    const sent =
      format === this.api ? this.native(profile) : this.translated({ ...profile, format });
    const reply = this.reply(step, vendor, sent.toolName);
    this.hear(sent.back?.(reply) ?? this.spoken(reply, vendor));
    if (step.instructs && this.api === 'chat') {
      this.turns.push({ role: 'developer', content: 'mind this' });
    }
    if (step.goesOn || step.calls === 0) this.say('go on');
    const name = vendor === 'openai' ? (`openai_${format}` as Vendor) : vendor;
    return { vendor: name, body: sent.body, ignored: sent.ignored };
  }

  private native(profile: Model['profile']) {
    const text = Buffer.from(JSON.stringify(this.body()));
    const scan = scanBody(text, ['messages', 'input', 'tools', 'thinking', 'context_management']);
    const { edits, ignored } = nativeHistory({
      format: this.api,
      dialect: profile.dialect!,
      body: text,
      scan,
    });
    const body = parse(spliceTopLevel(text, scan, edits));
    return { body, ignored, toolName: this.toolName(), back: undefined };
  }

  private translated(upstream: UpstreamProfile) {
    const { body, context, ignored } = translateRequest({
      from: this.api,
      body: Buffer.from(JSON.stringify(this.body())),
      upstream,
      publicModel: 'public',
      now: () => 1,
    });
    const sent = parse(body);
    const tool = arrayAt(sent, 'tools').find(isObject);
    const toolName = stringAt(objectAt(tool, 'function') ?? tool, 'name')!;
    const back = (reply: Reply): JsonObject => {
      const written = codecs[upstream.format].writeReply(reply, replyContext());
      const bytes = Buffer.from(JSON.stringify(written));
      return parse(
        translateReply({ from: upstream.format, to: this.api, body: bytes, context }).body,
      );
    };
    return { body: sent, ignored, toolName, back };
  }

  private toolName(): string {
    return this.api === 'messages' ? LONG : 'look';
  }

  private body(): JsonObject {
    const name = this.toolName();
    const schema = { type: 'object', properties: {} };
    const more = { model: 'm', stream: false };
    switch (this.api) {
      case 'chat':
        return {
          ...more,
          messages: [{ role: 'system', content: 'be brief' }, ...this.turns],
          tools: [{ type: 'function', function: { name, parameters: schema } }],
        };
      case 'responses':
        return {
          ...more,
          instructions: 'be brief',
          input: this.turns,
          tools: [{ type: 'function', name, parameters: schema }],
        };
      case 'messages':
        return {
          ...more,
          max_tokens: 8_000,
          thinking: { type: 'enabled', budget_tokens: 2_000 },
          system: [
            { type: 'text', text: 'x-anthropic-billing-header: cch=1;' },
            { type: 'text', text: 'be brief' },
          ],
          messages: this.turns,
          tools: [{ name, input_schema: schema }],
        };
    }
  }

  private reply(step: Step, vendor: Model['vendor'], name: string): Reply {
    const parts: ReplyPart[] = [];
    // Claude thinks before it calls, where it is asked to think.
    const mustThink = this.api === 'messages' && vendor === 'anthropic' && step.calls > 0;
    if (step.thinks || mustThink) parts.push(thought(vendor));
    if (step.says !== undefined) parts.push({ kind: 'text', text: step.says });
    for (let i = 0; i < step.calls; i++) {
      const id = {
        anthropic: `toolu_01${this.count}`,
        openai: `call_${this.count}`,
        pool: `functions.${name}:${this.count}`,
      }[vendor];
      this.count++;
      parts.push({ kind: 'tool_call', id, name, input: '{}', freeform: false });
    }
    if (parts.length === 0) parts.push({ kind: 'text', text: 'ok' });
    const finishReason = step.calls > 0 ? 'tool_calls' : 'stop';
    return { id: `x${this.count}`, created: 1, parts, finishReason };
  }

  /** A reply in this API as its vendor itself writes it. */
  private spoken(reply: Reply, vendor: Model['vendor']): JsonObject {
    const written = parse(
      Buffer.from(JSON.stringify(codecs[this.api].writeReply(reply, replyContext()))),
    );
    const message = objectAt(arrayAt(written, 'choices')[0], 'message');
    if (vendor === 'pool' && message !== undefined && 'reasoning_content' in message) {
      message['reasoning'] = message['reasoning_content'];
      delete message['reasoning_content'];
    }
    return written;
  }

  /** The reply, as a client keeps it, and what its tools answered. */
  private hear(reply: JsonObject): void {
    switch (this.api) {
      case 'chat': {
        const message = objectAt(arrayAt(reply, 'choices')[0], 'message')!;
        this.turns.push(message);
        for (const call of arrayAt(message, 'tool_calls')) {
          this.turns.push({ role: 'tool', tool_call_id: stringAt(call, 'id'), content: 'seen' });
        }
        return;
      }
      case 'responses': {
        const output = arrayAt(reply, 'output').filter(isObject);
        this.turns.push(...output);
        for (const item of output.filter(({ type }) => type === 'function_call')) {
          const { call_id } = item;
          this.turns.push({ type: 'function_call_output', call_id, output: 'seen' });
        }
        return;
      }
      case 'messages': {
        const content = arrayAt(reply, 'content').filter(isObject);
        if (content.length > 0) this.turns.push({ role: 'assistant', content });
        const calls = content.filter(({ type }) => type === 'tool_use');
        const results = calls.map(({ id }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content: 'ok',
        }));
        if (results.length > 0) this.turns.push({ role: 'user', content: results });
      }
    }
  }

  private say(text: string): void {
    const last = this.turns.at(-1);
    if (this.api !== 'messages') this.turns.push({ role: 'user', content: text });
    else if (last?.['role'] === 'user') {
      // What the user says stands behind the results of the calls.
      last['content'] = [...arrayAt(last, 'content'), { type: 'text', text }];
    } else this.turns.push({ role: 'user', content: [{ type: 'text', text }] });
  }
}

function thought(vendor: Model['vendor']): ReasoningPart {
  const text = 'hm';
  if (vendor === 'pool') return { kind: 'reasoning', text };
  const value = vendor === 'anthropic' ? 'EqQBCkYIARgCKkA' : 'gAAAAABo';
  return { kind: 'reasoning', text, seal: { vendor, value } };
}

function parse(bytes: Uint8Array): JsonObject {
  return JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
}
