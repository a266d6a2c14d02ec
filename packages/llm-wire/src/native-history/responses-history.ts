import { fittingId, MAX_RESPONSES_ID_CHARS } from '../conversation/call-ids.js';
import { FOREIGN_SEAL } from '../conversation/seals.js';
import type { JsonObject } from '../json.js';
import { unbilled, withoutBilling } from './billing-lines.js';
import { objectsOf, type HistoryEdits, type LeaveOut, type Members } from './history-edits.js';

/** A Responses body that OpenAI takes, whoever else answered before. */
export function mendItems(members: Members, leaveOut: LeaveOut): HistoryEdits['edits'] {
  const edits: HistoryEdits['edits'] = {};
  const said = members('instructions');
  const instructions = unbilled(said, leaveOut);
  if (instructions !== said) {
    edits['instructions'] = instructions === undefined ? null : JSON.stringify(instructions);
  }
  const given = objectsOf(members('input'));
  if (given === undefined) return edits;
  const input = withoutBilling(given, leaveOut).flatMap((item): JsonObject[] => {
    if (isForeignReasoning(item)) {
      leaveOut('input.reasoning');
      return [];
    }
    const id = item['call_id'];
    if (typeof id !== 'string' || id.length <= MAX_RESPONSES_ID_CHARS) return [item];
    return [{ ...item, call_id: fittingId(id, MAX_RESPONSES_ID_CHARS) }];
  });
  return { ...edits, input: JSON.stringify(input) };
}

/** Reasoning that is not sealed is looked for where it was stored, and nothing is. */
function isForeignReasoning({ type, encrypted_content: seal }: JsonObject): boolean {
  if (type !== 'reasoning') return false;
  return typeof seal !== 'string' || seal === '' || FOREIGN_SEAL.test(seal);
}
