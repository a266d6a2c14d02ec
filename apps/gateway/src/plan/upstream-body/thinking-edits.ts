import { askedEffort, poolThinking, readMember } from '@modelbridge/llm-wire';
import type { BodyEdits, BodySource } from './body-source.js';

type LeaveOut = (name: string) => void;

/** Members that are not OpenAI's and say what `reasoning_effort` says; the first that is there counts. */
const otherWords = ['thinking', 'reasoning'];

/** Asks a pool to think, or not to, in its template's own way, unless the caller has done so. */
export function poolThinkingEdits(source: BodySource, edits: BodyEdits, leaveOut: LeaveOut): void {
  const { body, scan, model } = source;
  const name = ['reasoning_effort', ...otherWords].find((member) => scan.members.has(member));
  if (name === undefined) return;
  const wanted = askedEffort(readMember(body, scan, name));
  const given = readMember(body, scan, 'chat_template_kwargs') ?? {};
  if (wanted === undefined || typeof given !== 'object') return;
  const { thinkingSwitch } = model.traits;
  const { effort, templateArguments, cannotBeOff } = poolThinking(wanted, thinkingSwitch);
  if (cannotBeOff) leaveOut(name);
  else if (name === 'reasoning') {
    edits[name] = null;
    edits['reasoning_effort'] = JSON.stringify(effort);
  } else if (name === 'reasoning_effort' && effort !== wanted) {
    edits[name] = JSON.stringify(effort);
  }
  if (thinkingSwitch === undefined) return;
  edits['chat_template_kwargs'] = JSON.stringify({ ...templateArguments, ...given });
}

/** OpenAI refuses every word but its own. */
export function openAiThinkingEdits(
  { body, scan }: BodySource,
  edits: BodyEdits,
  leaveOut: LeaveOut,
): void {
  for (const name of otherWords.filter((member) => scan.members.has(member))) {
    const wanted = askedEffort(readMember(body, scan, name));
    const isSaid = scan.members.has('reasoning_effort') || 'reasoning_effort' in edits;
    if (wanted === undefined || isSaid) {
      leaveOut(name);
      continue;
    }
    edits[name] = null;
    edits['reasoning_effort'] = JSON.stringify(wanted);
  }
}
