import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json.js';
import { invalidRequest } from './anthropic-models.js';

interface PlacedBlock {
  block: JsonObject;
  path: string;
}

/** The messages of one side up to the other's next: Anthropic reads them as one. */
interface Turn {
  role: string;
  /** The index of its last message. */
  index: number;
  blocks: PlacedBlock[];
}

/** Throws for blank text, and for calls and results that do not fit each other. */
export function checkTurns(body: JsonObject): void {
  const messages = arrayOf(body.messages).map(objectOf);
  checkBlocksOfText(arrayOf(body.system).map(objectOf), 'system');
  for (const [index, message] of messages.entries()) {
    checkText(message, index, index === messages.length - 1);
  }
  const turns = turnsOf(messages);
  checkIds(turns);
  for (const [index, turn] of turns.entries()) {
    checkCallsAnswered(turn, turns[index + 1]);
    checkResultsAskedFor(turn, turns[index - 1]);
  }
}

function checkText(message: JsonObject, index: number, last: boolean): void {
  const { role, content } = message;
  if (content === '' || (Array.isArray(content) && content.length === 0)) {
    if (last && role === 'assistant') return;
    throw invalidRequest(
      `messages.${index}: all messages must have non-empty content except for the optional ` +
        'final assistant message',
    );
  }
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const read = arrayOf(blocks).map(objectOf);
  checkBlocksOfText(read, 'messages');
  for (const block of read) checkBlocksOfText(arrayOf(block.content).map(objectOf), 'messages');
  const end = read.at(-1);
  if (last && role === 'assistant' && end?.type === 'text' && /\s$/.test(stringOf(end.text))) {
    throw invalidRequest('messages: final assistant content cannot end with trailing whitespace');
  }
}

function checkBlocksOfText(blocks: JsonObject[], member: string): void {
  for (const { type, text } of blocks) {
    if (type !== 'text') continue;
    if (text === '') throw invalidRequest(`${member}: text content blocks must be non-empty`);
    if (stringOf(text).trim() === '') {
      throw invalidRequest(`${member}: text content blocks must contain non-whitespace text`);
    }
  }
}

function turnsOf(messages: JsonObject[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const role = stringOf(message.role);
    if (role === 'system') continue;
    let turn = turns.at(-1);
    if (turn?.role !== role) turns.push((turn = { role, index, blocks: [] }));
    turn.index = index;
    for (const [at, block] of arrayOf(message.content).map(objectOf).entries()) {
      turn.blocks.push({ block, path: `messages.${index}.content.${at}` });
    }
  }
  return turns;
}

function checkIds(turns: Turn[]): void {
  const called = new Set<string>();
  const answered = new Set<string>();
  for (const { block, path } of turns.flatMap((turn) => turn.blocks)) {
    const id = stringOf(block.type === 'tool_use' ? block.id : block.tool_use_id);
    if (block.type === 'tool_use') {
      if (called.has(id)) throw invalidRequest(`${path}: \`tool_use\` ids must be unique`);
      called.add(id);
    } else if (block.type === 'tool_result') {
      if (answered.has(id)) {
        throw invalidRequest(
          `${path}: each tool_use must have a single result. ` +
            `Found multiple \`tool_result\` blocks with id: ${id}`,
        );
      }
      answered.add(id);
    }
  }
}

function checkCallsAnswered(turn: Turn, next: Turn | undefined): void {
  if (turn.role !== 'assistant') return;
  const answers = next?.blocks ?? [];
  const others = answers.findIndex(({ block }) => block.type !== 'tool_result');
  const leading = others < 0 ? answers : answers.slice(0, others);
  const answered = new Set(leading.map(({ block }) => block.tool_use_id));
  const open = turn.blocks
    .filter(({ block }) => block.type === 'tool_use' && !answered.has(block.id))
    .map(({ block }) => stringOf(block.id));
  if (open.length === 0) return;
  throw invalidRequest(
    `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks ` +
      `immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding ` +
      '`tool_result` block in the next message.',
  );
}

function checkResultsAskedFor(turn: Turn, previous: Turn | undefined): void {
  const asked = new Set(
    (previous?.blocks ?? [])
      .filter(({ block }) => block.type === 'tool_use')
      .map(({ block }) => block.id),
  );
  for (const { block, path } of turn.blocks) {
    if (block.type !== 'tool_result' || asked.has(block.tool_use_id)) continue;
    throw invalidRequest(
      `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ` +
        `${stringOf(block.tool_use_id)}. Each \`tool_result\` block must have a corresponding ` +
        '`tool_use` block in the previous message.',
    );
  }
}
