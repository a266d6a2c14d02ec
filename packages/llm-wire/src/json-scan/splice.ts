import { COMMA, isJsonSpace } from './bytes.js';
import type { BodyScan, JsonMember } from './scan-body.js';

/** A top-level member's new value as JSON text, or null to remove it. */
export type MemberEdits = Readonly<Record<string, string | null>>;

interface Cut {
  start: number;
  end: number;
  text: string;
}

/**
 * The body with the named top-level members replaced, appended or removed and every other byte as it
 * came. The edited keys must have been among those wanted from `scan`; `leftOut` are members to remove,
 * wanted or not.
 */
export function spliceTopLevel(
  body: Uint8Array,
  scan: BodyScan,
  edits: MemberEdits,
  leftOut: readonly JsonMember[] = [],
): Buffer {
  const removed: JsonMember[] = [...leftOut];
  const cuts: Cut[] = [];
  const appended: string[] = [];
  for (const [key, value] of Object.entries(edits)) {
    const member = scan.members.get(key);
    if (member !== undefined && value === null) removed.push(member);
    else if (member !== undefined) {
      cuts.push({ start: member.valueStart, end: member.valueEnd, text: value as string });
    } else if (value !== null) appended.push(`${JSON.stringify(key)}:${value}`);
  }
  cuts.push(...removals(body, removed));
  if (appended.length > 0) {
    const separator = scan.memberCount > removed.length ? ',' : '';
    const at = scan.closeOffset;
    cuts.push({ start: at, end: at, text: separator + appended.join(',') });
  }
  return applyCuts(body, cuts);
}

/** A removed member takes the comma before it along; a run from the first member the one after it. */
function removals(body: Uint8Array, removed: JsonMember[]): Cut[] {
  removed.sort((a, b) => a.index - b.index);
  return removed.map((member, i) => {
    const start = member.commaBefore === -1 ? member.keyStart : member.commaBefore;
    const leads = member.index === i;
    const endsLead = leads && removed[i + 1]?.index !== i + 1;
    return { start, end: endsLead ? afterComma(body, member.valueEnd) : member.valueEnd, text: '' };
  });
}

function afterComma(body: Uint8Array, valueEnd: number): number {
  let pos = valueEnd;
  while (isJsonSpace(body[pos])) pos++;
  return body[pos] === COMMA ? pos + 1 : valueEnd;
}

function applyCuts(body: Uint8Array, cuts: Cut[]): Buffer {
  cuts.sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const cut of cuts) {
    pieces.push(body.subarray(from, cut.start), Buffer.from(cut.text));
    from = cut.end;
  }
  pieces.push(body.subarray(from));
  return Buffer.concat(pieces);
}
