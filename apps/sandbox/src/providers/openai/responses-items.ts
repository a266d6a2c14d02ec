import type { Block, Completion } from '../../generation/completion.js';
import { seal } from '../../generation/hashing.js';
import type { JsonObject } from '../../json.js';
import { newId } from '../ids.js';
import { callIdPrefix, callMembers } from './client-tools.js';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface ReasoningView {
  /** Whether a summary of the reasoning is shown. */
  summary: boolean;
  /** Whether the encrypted reasoning is handed out. */
  encrypted: boolean;
}

/** One item of a response's output, in the states that a stream shows it in. */
export interface OutputItem {
  id: string;
  block: Block;
  /** The item as it is when it is announced, still empty. */
  opened: JsonObject;
  /** The item when it is done. */
  closed: JsonObject;
  /** The content or summary part that its text belongs to; absent for tool calls. */
  part?: (text: string) => JsonObject;
}

/** The output items of a completion; the last one is incomplete where the cap cut it. */
export function outputItems(completion: Completion, view: ReasoningView): OutputItem[] {
  const last = completion.blocks.length - 1;
  return completion.blocks.map((block, index) => {
    const cut = completion.stopReason === 'length' && index === last;
    const status: ItemStatus = cut ? 'incomplete' : 'completed';
    if (block.type === 'reasoning') return reasoningItem(block, view);
    if (block.type === 'tool_call') return callItem(block, status);
    return messageItem(block, status);
  });
}

function reasoningItem(block: Block, view: ReasoningView): OutputItem {
  const id = newId('rs_');
  const text = block.tokens.join('');
  const part = (content: string) => ({ type: 'summary_text', text: content });
  const encrypted = view.encrypted ? { encrypted_content: seal(text) } : {};
  return {
    id,
    block,
    opened: { id, type: 'reasoning', summary: [], ...encrypted },
    closed: { id, type: 'reasoning', summary: view.summary ? [part(text)] : [], ...encrypted },
    ...(view.summary ? { part } : {}),
  };
}

function messageItem(block: Block, status: ItemStatus): OutputItem {
  const id = newId('msg_');
  const part = (text: string): JsonObject =>
    block.type === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', annotations: [], logprobs: [], text };
  const item = (state: ItemStatus, content: JsonObject[]) => ({
    id,
    type: 'message',
    status: state,
    role: 'assistant',
    content,
  });
  return {
    id,
    block,
    part,
    opened: item('in_progress', []),
    closed: item(status, [part(block.tokens.join(''))]),
  };
}

function callItem(block: Call, status: ItemStatus): OutputItem {
  const { name, freeform, namespace, builtIn } = block.tool;
  if (builtIn !== undefined) return builtInCall(block, builtIn, status);
  const id = newId(freeform ? 'ctc_' : 'fc_');
  const item = (state: ItemStatus, input: string) => ({
    id,
    type: freeform ? 'custom_tool_call' : 'function_call',
    status: state,
    call_id: callId(block),
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(freeform ? { input } : { arguments: input }),
  });
  return {
    id,
    block,
    opened: item('in_progress', ''),
    closed: item(status, block.tokens.join('')),
  };
}

type Call = Extract<Block, { type: 'tool_call' }>;

function builtInCall(block: Call, builtIn: string, status: ItemStatus): OutputItem {
  const id = newId(callIdPrefix(builtIn));
  const item = (state: ItemStatus, input: string) => ({
    id,
    type: `${builtIn}_call`,
    status: state,
    call_id: callId(block),
    ...callMembers(builtIn, input),
  });
  return {
    id,
    block,
    opened: item('in_progress', '{}'),
    closed: item(status, block.tokens.join('')),
  };
}

function callId({ seed }: Call): string {
  return `call_${seed.toString(36).padStart(24, '0')}`;
}
