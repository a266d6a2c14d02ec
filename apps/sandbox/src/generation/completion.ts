import { type JsonObject, objectOf } from '../json.js';
import { DEFAULT_OUTPUT_TOKENS, MAX_PARALLEL_CALLS, TOKENS_PER_CHUNK } from '../bounds.js';
import type { Directives } from './directives.js';
import { randomFrom } from './hashing.js';
import { prose } from './prose.js';
import { schemaValue } from './schema-value.js';
import { tokenize } from './tokenizer.js';

export interface Tool {
  name: string;
  /** JSON schema of the arguments; absent for a freeform tool, whose input is plain text. */
  parameters?: JsonObject;
  freeform: boolean;
  /** OpenAI's group that it is declared in. */
  namespace?: string;
  /** The type of one that the vendor describes and the caller runs. */
  builtIn?: string;
}

export type ToolChoice = 'none' | 'auto' | 'required' | { name: string };

/** A request, whatever its wire format, reduced to what decides the answer. */
export interface Prompt {
  seed: number;
  directives: Directives;
  /** The person's last words; empty when the last turn is a tool's result. */
  question: string;
  tools: Tool[];
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  /** JSON schema of a structured answer. */
  outputSchema?: JsonObject;
  maxOutputTokens: number;
  stopSequences: string[];
  /** Reasoning tokens to spend before the answer, 0 when reasoning is not asked for. */
  reasoningTokens: number;
}

export type Block =
  | {
      type: 'reasoning' | 'text' | 'refusal';
      tokens: string[];
      /** A stream sends it in one piece. */
      whole?: boolean;
    }
  | { type: 'tool_call'; tool: Tool; seed: number; tokens: string[] };

export type StopReason = 'stop' | 'stop_sequence' | 'length' | 'tool_calls' | 'refusal';

export interface Completion {
  blocks: Block[];
  stopReason: StopReason;
  stopSequence: string | null;
  /** Every token of every block, reasoning included. */
  outputTokens: number;
  reasoningTokens: number;
}

/** The answer to `prompt`: the same prompt and choice always give the same answer. */
export function complete(prompt: Prompt, choice = 0): Completion {
  const random = randomFrom(prompt.seed + choice * 7919);
  const blocks: Block[] = [];
  if (prompt.reasoningTokens > 0) {
    const count = prompt.directives.reasoning ?? prompt.reasoningTokens;
    if (count > 0) blocks.push({ type: 'reasoning', tokens: prose(random, count) });
  }
  const answer = answerBlocks(prompt, random);
  blocks.push(...answer.blocks);
  const kept = capped(blocks, prompt.maxOutputTokens);
  const cut = kept.outputTokens < blocks.reduce((sum, block) => sum + block.tokens.length, 0);
  return {
    ...kept,
    stopReason: cut ? 'length' : answer.stopReason,
    stopSequence: cut ? null : answer.stopSequence,
  };
}

interface Answer {
  blocks: Block[];
  stopReason: StopReason;
  stopSequence: string | null;
}

function answerBlocks(prompt: Prompt, random: () => number): Answer {
  const { directives } = prompt;
  if (directives.refuse) {
    const tokens = tokenize("I'm sorry, but I can't help with that request.");
    return { blocks: [{ type: 'refusal', tokens }], stopReason: 'refusal', stopSequence: null };
  }
  const calls = chosenTools(prompt).map((tool) => toolCall(tool, random, directives.input));
  if (calls.length > 0) {
    const preamble: Block[] =
      directives.say === undefined ? [] : [{ type: 'text', tokens: tokenize(directives.say) }];
    return { blocks: [...preamble, ...calls], stopReason: 'tool_calls', stopSequence: null };
  }
  const answer = textAnswer(visibleTokens(prompt, random), prompt.stopSequences);
  if (directives.whole !== true) return answer;
  return { ...answer, blocks: answer.blocks.map((block) => ({ ...block, whole: true })) };
}

function visibleTokens(prompt: Prompt, random: () => number): string[] {
  if (prompt.outputSchema) {
    return tokenize(JSON.stringify(schemaValue(prompt.outputSchema, random)));
  }
  if (prompt.directives.say !== undefined) return tokenize(prompt.directives.say);
  return prose(random, prompt.directives.tokens ?? DEFAULT_OUTPUT_TOKENS);
}

function textAnswer(tokens: string[], stopSequences: string[]): Answer {
  let stopSequence: string | null = null;
  let kept = tokens;
  if (stopSequences.length > 0) {
    const text = tokens.join('');
    let cut = text.length;
    for (const sequence of stopSequences) {
      const index = sequence === '' ? -1 : text.indexOf(sequence);
      if (index >= 0 && index < cut) {
        cut = index;
        stopSequence = sequence;
      }
    }
    if (stopSequence !== null) kept = tokenize(text.slice(0, cut));
  }
  return {
    blocks: [{ type: 'text', tokens: kept }],
    stopReason: stopSequence === null ? 'stop' : 'stop_sequence',
    stopSequence,
  };
}

const CALL_REQUEST = /\b(?:call|use)\s+(?:the\s+|a\s+)?(?:(\w+)\s+)?(?:\w+\s+)?tools?\b/gi;
const COUNT_WORDS: Record<string, number> = { two: 2, both: 2, three: 3, four: 4 };

function chosenTools({ tools, toolChoice, question, parallelToolCalls }: Prompt): Tool[] {
  if (tools.length === 0 || toolChoice === 'none') return [];
  // What a person asks stands behind the reminders that an agent puts into the same message.
  const request = [...question.matchAll(CALL_REQUEST)].at(-1);
  const word = request?.[1]?.toLowerCase() ?? '';
  const asked = COUNT_WORDS[word] ?? (/^\d$/.test(word) ? Number(word) : 1);
  const count = parallelToolCalls ? Math.min(asked, MAX_PARALLEL_CALLS) : 1;
  if (typeof toolChoice === 'object') {
    const forced = tools.find((tool) => tool.name === toolChoice.name);
    return forced ? [forced] : [];
  }
  if (!request && toolChoice !== 'required') return [];
  const exact = tools.filter((tool) => tool.name.toLowerCase() === word);
  const named = exact.length > 0 ? exact : tools.filter(({ name }) => question.includes(name));
  const candidates = named.length > 0 ? named : tools;
  return Array.from({ length: count }, (_, index) => candidates[index % candidates.length] as Tool);
}

function toolCall(tool: Tool, random: () => number, given: string | undefined): Block {
  const seed = Math.floor(random() * 2 ** 32);
  const input = given === undefined ? madeUpInput(tool, random) : givenInput(tool, given);
  return { type: 'tool_call', tool, seed, tokens: tokenize(input) };
}

function madeUpInput({ freeform, parameters }: Tool, random: () => number): string {
  if (freeform) return prose(random, 12).join('');
  return JSON.stringify(schemaValue(parameters ?? { type: 'object' }, random));
}

/** Text that is no JSON becomes the first argument of a function. */
function givenInput({ freeform, parameters }: Tool, given: string): string {
  if (freeform || given.startsWith('{')) return given;
  const [name = 'input'] = Object.keys(objectOf(parameters?.properties));
  return JSON.stringify({ [name]: given });
}

function capped(blocks: Block[], limit: number) {
  const kept: Block[] = [];
  let outputTokens = 0;
  let reasoningTokens = 0;
  for (const block of blocks) {
    const room = limit - outputTokens;
    if (room <= 0) break;
    const tokens = block.tokens.length > room ? block.tokens.slice(0, room) : block.tokens;
    kept.push({ ...block, tokens });
    outputTokens += tokens.length;
    if (block.type === 'reasoning') reasoningTokens += tokens.length;
  }
  return { blocks: kept, outputTokens, reasoningTokens };
}

/** A block's tokens as the pieces that a stream sends. */
export function pieces(block: Block): { text: string; tokens: number }[] {
  const { tokens } = block;
  const isWhole = block.type !== 'tool_call' && block.whole === true;
  const size = isWhole ? tokens.length : TOKENS_PER_CHUNK;
  const result: { text: string; tokens: number }[] = [];
  for (let start = 0; start < tokens.length; start += size) {
    const part = tokens.slice(start, start + size);
    result.push({ text: part.join(''), tokens: part.length });
  }
  return result;
}
