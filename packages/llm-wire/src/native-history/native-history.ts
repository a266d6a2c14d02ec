import { BILLING_HEADER } from '../conversation/billing-line.js';
import type { UpstreamProfile } from '../conversation/upstream-profile.js';
import { isToolInput } from '../conversation/tool-input.js';
import { readMember, type BodyScan } from '../json-scan/scan-body.js';
import type { WireFormat } from '../wire-format.js';
import { asBuffer } from '../bytes.js';
import { MAX_CHAT_ID_CHARS, MAX_RESPONSES_ID_CHARS } from '../conversation/call-ids.js';
import { forOpenAi, forPool } from './chat-history.js';
import type { HistoryEdits, LeaveOut, Members } from './history-edits.js';
import { mendMessages } from './messages-history.js';
import { mendItems } from './responses-history.js';

const BILLING = Buffer.from(`"${BILLING_HEADER}`);

export interface NativeHistory {
  format: WireFormat;
  dialect: NonNullable<UpstreamProfile['dialect']>;
  body: Uint8Array;
  scan: BodyScan;
  /** What is edited already: JSON texts of top-level members. */
  edited?: Readonly<Record<string, string | null>>;
}

/**
 * What must change in the history of a body that is passed on as it is, because another vendor's model
 * took part in it. Nothing is parsed where the scan shows nothing of the kind.
 */
export function nativeHistory(source: NativeHistory): HistoryEdits {
  const ignored = new Set<string>();
  const leaveOut = (name: string): void => void ignored.add(name);
  const edits = mend(source, leaveOut);
  return { edits, ignored: [...ignored] };
}

function mend(source: NativeHistory, leaveOut: LeaveOut): HistoryEdits['edits'] {
  switch (source.format) {
    case 'messages':
      return needsMessages(source) ? mendMessages(membersOf(source), leaveOut) : {};
    case 'responses':
      return needsItems(source) ? mendItems(membersOf(source), leaveOut) : {};
    case 'chat': {
      const { needs, change } = source.dialect === 'vllm' ? POOL : OPENAI;
      return needs(source) ? change(membersOf(source), leaveOut) : {};
    }
  }
}

function membersOf({ body, scan, edited = {} }: NativeHistory): Members {
  return (name) => {
    const text = edited[name];
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : readMember(body, scan, name);
  };
}

function needsMessages({ scan }: NativeHistory): boolean {
  const { foreignReasoning, blankTexts, unsignedToolLoop } = scan.history;
  if (foreignReasoning > 0 || blankTexts > 0) return true;
  return unsignedToolLoop && scan.members.get('thinking')?.kind === 'object';
}

function needsItems({ scan, body }: NativeHistory): boolean {
  const { foreignReasoning, longestCallId, billingLines } = scan.history;
  if (longestCallId > MAX_RESPONSES_ID_CHARS || foreignReasoning + billingLines > 0) return true;
  const start = scan.members.get('instructions')?.valueStart;
  if (start === undefined) return false;
  return asBuffer(body)
    .subarray(start, start + BILLING.length)
    .equals(BILLING);
}

interface ChatWay {
  needs: (source: NativeHistory) => boolean;
  change: (members: Members, leaveOut: LeaveOut) => HistoryEdits['edits'];
}

const OPENAI: ChatWay = {
  needs: ({ scan: { history } }) => {
    const { shownReasoning, breakpoints, billingLines, emptyCalls, longestCallId } = history;
    if (longestCallId > MAX_CHAT_ID_CHARS) return true;
    return shownReasoning + breakpoints + billingLines + emptyCalls > 0;
  },
  change: forOpenAi,
};

const POOL: ChatWay = {
  needs: ({ scan: { history }, body }) => {
    const { shownReasoning, looseInstructions, billingLines, callInputs } = history;
    if (shownReasoning + looseInstructions + billingLines > 0) return true;
    return callInputs.some(([start, end]) => !isToolInput(textAt(body, start, end)));
  },
  change: forPool,
};

/** The string that the body has there as JSON. */
function textAt(body: Uint8Array, start: number, end: number): string {
  return JSON.parse(asBuffer(body).toString('utf8', start, end)) as string;
}
