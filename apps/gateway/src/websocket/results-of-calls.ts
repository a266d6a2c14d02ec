import { badField } from '../errors/request-error.js';

interface Item {
  type?: unknown;
  call_id?: unknown;
}

const outputMark = Buffer.from('_output');

/**
 * Throws 400, in OpenAI's words, for a result among `own` items whose call is neither there nor in what is
 * continued: over one connection the whole conversation is known. Both are lists of items as JSON without brackets.
 */
export function refuseResultsOfNoCall(own: Buffer, continued: Buffer): void {
  if (!own.includes(outputMark)) return;
  const items = JSON.parse(`[${own.toString()}]`) as Array<Item | null>;
  const called = new Set(items.filter((item) => isOf(item, '_call')).map((item) => item?.call_id));
  for (const item of items) {
    const id = item?.call_id;
    if (!isOf(item, '_output') || typeof id !== 'string' || called.has(id)) continue;
    if (continued.includes(JSON.stringify(id))) continue;
    throw badField(
      'input',
      `No tool call found for function call output with call_id ${id.slice(0, 64)}.`,
    );
  }
}

function isOf(item: Item | null, ending: string): boolean {
  return typeof item?.type === 'string' && item.type.endsWith(ending);
}
