import type { ClientTool } from '../conversation/caller-tool.js';
import { Fields } from '../conversation/fields.js';
import { resultAsText } from '../conversation/call-pairs.js';
import { imageOf, sourceOfUrl } from '../conversation/media.js';
import { invalid, missing, unsupported } from '../conversation/request-error.js';
import type {
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  Turn,
} from '../conversation/request.js';
import { readSeal } from '../conversation/seals.js';
import { present } from '../json.js';
import { answeredBy, calledBy, clientTools, outputOf } from './client-tools.js';
import type { DeclaredTools } from './declared-tools.js';

const ROLES: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** Items of the history in which a hosted tool was called or answered, and those of an extension (`slug:name`). */
const leftByHostedTools =
  /_call$|_call_output$|^(mcp|tool_search)_\w+$|^program(_output)?$|^additional_tools$|:/;

/** The instructions and the input items as turns; an assistant's items in a row are one turn. */
export function readTurns(body: Fields, declared: DeclaredTools, ignored: string[]): Turn[] {
  const turns: Turn[] = [];
  const instructions = body.string('instructions');
  if (instructions) turns.push({ role: 'system', parts: [{ kind: 'text', text: instructions }] });
  const input = body.raw('input');
  if (input === undefined) throw missing('input');
  if (typeof input === 'string') {
    turns.push({ role: 'user', parts: [{ kind: 'text', text: input }] });
    return turns;
  }
  const items = new ItemReader(declared, ignored);
  for (const item of body.objects('input')) {
    const turn = items.read(item);
    if (turn === undefined) continue;
    const last = turns.at(-1);
    if (last !== undefined && continues(last, turn)) last.parts.push(...turn.parts);
    else turns.push(turn);
  }
  return turns;
}

function continues(last: Turn, next: Turn): boolean {
  if (last.role !== next.role) return false;
  const results = [last, next].every(({ parts }) => parts.every((p) => p.kind === 'tool_result'));
  return last.role === 'assistant' || results;
}

class ItemReader {
  /** Calls by the ids of their items, which some outputs name instead. */
  private readonly callIds = new Map<string, string>();

  constructor(
    private readonly declared: DeclaredTools,
    private readonly ignored: string[],
  ) {}

  read(item: Fields): Turn | undefined {
    const type = item.string('type') ?? 'message';
    const called = calledBy(type);
    if (called !== undefined) return this.clientCall(called, item);
    const answered = answeredBy(type);
    if (answered !== undefined) return this.clientOutput(answered, item);
    switch (type) {
      case 'message': {
        const role = item.string('role') ?? '';
        if (!Object.hasOwn(ROLES, role)) {
          throw invalid(item.param('role'), 'one of system, developer, user, assistant');
        }
        return { role: ROLES[role]!, parts: readContent(item, 'content') };
      }
      case 'reasoning':
        return { role: 'assistant', parts: [readReasoning(item)] };
      case 'function_call':
      case 'custom_tool_call':
        return { role: 'assistant', parts: [this.call(item, type === 'custom_tool_call')] };
      case 'function_call_output':
      case 'custom_tool_call_output':
        return { role: 'user', parts: readResult(item, type === 'custom_tool_call_output') };
      case 'additional_tools':
      case 'configuration_update':
        // Read where tools are, and where what they configure is.
        return undefined;
      case 'item_reference':
        throw unsupported(item.param('id'), 'items stored at a provider; send the item itself');
      case 'compaction':
      case 'compaction_trigger':
        throw unsupported(item.param('type'), 'this model cannot read or write what is compacted');
      default:
        if (!leftByHostedTools.test(type)) throw invalid(item.param('type'), 'the type of an item');
        // It means nothing to another vendor's model.
        this.ignored.push(`input.${type}`);
        return undefined;
    }
  }

  private call(item: Fields, freeform: boolean): ToolCallPart {
    const input = item.string(freeform ? 'input' : 'arguments') ?? '';
    const id = required(item, 'call_id');
    const called = { name: required(item, 'name'), namespace: item.string('namespace') };
    return { kind: 'tool_call', id, name: this.declared.nameOf(called), input, freeform };
  }

  private clientCall(clientTool: ClientTool, item: Fields): Turn | undefined {
    const itemId = item.string('id');
    const id = item.string('call_id') ?? itemId;
    if (id === undefined || atProvider(item)) return this.leftOut(item);
    if (itemId !== undefined) this.callIds.set(itemId, id);
    const name = this.declared.nameOf({ name: clientTool, clientTool });
    const input = JSON.stringify(clientTools[clientTool].read(item.object) ?? {});
    return { role: 'assistant', parts: [{ kind: 'tool_call', id, name, input, freeform: false }] };
  }

  private clientOutput(clientTool: ClientTool, item: Fields): Turn | undefined {
    const named = item.string('call_id') ?? item.string('id');
    if (named === undefined || atProvider(item)) return this.leftOut(item);
    const callId = this.callIds.get(named) ?? named;
    const { text, isError } = outputOf(
      clientTool,
      item.object,
      this.declared.namesOf(item.objects('tools')),
    );
    const parts: TextPart[] = [{ kind: 'text', text }];
    return { role: 'user', parts: [present({ kind: 'tool_result', callId, parts, isError })] };
  }

  private leftOut(item: Fields): undefined {
    this.ignored.push(`input.${item.string('type')}`);
  }
}

/** What a tool did at the provider means nothing to another vendor's model. */
function atProvider(item: Fields): boolean {
  const environment = item.child('environment')?.string('type');
  return item.string('execution') === 'server' || environment === 'container_reference';
}

function readReasoning(item: Fields): ReasoningPart {
  const shown = item.objects('summary');
  const texts = (shown.length > 0 ? shown : item.objects('content')).map((p) => p.string('text'));
  const seal = readSeal('openai', item.string('encrypted_content'));
  return present<ReasoningPart>({ kind: 'reasoning', text: texts.join('\n\n'), seal });
}

function readResult(item: Fields, freeform: boolean): Part[] {
  const parts = readContent(item, 'output').filter(
    (part): part is TextPart | ImagePart | FilePart =>
      part.kind === 'text' || part.kind === 'image' || part.kind === 'file',
  );
  const callId = item.string('call_id');
  if (callId !== undefined) {
    return [present({ kind: 'tool_result', callId, parts, freeform: freeform || undefined })];
  }
  // What a client adds by itself answers no call, and other APIs have no result without one.
  const name = item.string('name');
  return resultAsText(parts, name);
}

function readContent(from: Fields, key: string): Part[] {
  const content = from.raw(key);
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw invalid(from.param(key), 'a string or an array of parts');
  return from.objects(key).map((part) => present(readPart(part)));
}

function readPart(part: Fields): Part {
  const type = part.string('type') ?? '';
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'summary_text':
    case 'text':
      return { kind: 'text', text: part.string('text') ?? '' };
    case 'refusal':
      return { kind: 'refusal', text: part.string('refusal') ?? '' };
    case 'input_image': {
      refuseStored(part);
      const source = imageOf(sourceOfUrl(required(part, 'image_url')), part.param('image_url'));
      const detail = part.string('detail');
      return { kind: 'image', source, detail: detail === 'auto' ? undefined : detail };
    }
    case 'input_file': {
      refuseStored(part);
      const url = part.string('file_url') ?? required(part, 'file_data');
      return { kind: 'file', source: sourceOfUrl(url), name: part.string('filename') };
    }
    case 'input_audio':
      throw unsupported(part.param('input_audio'), 'audio input');
    default:
      throw invalid(part.param('type'), 'one of input_text, output_text, input_image, input_file');
  }
}

function refuseStored(part: Fields): void {
  if (!part.has('file_id')) return;
  throw unsupported(part.param('file_id'), 'files stored at a provider; send the content');
}

function required(from: Fields, key: string): string {
  const value = from.string(key);
  if (value === undefined) throw missing(from.param(key));
  return value;
}
