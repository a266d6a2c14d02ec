import { effortOf, poolThinking, readMember, type Effort } from '@modelbridge/llm-wire';
import type { BodyEdits, BodySource } from './body-source.js';

/** Asks a pool to think, or not to, in its template's own way, unless the caller has done so. */
export function poolThinkingEdits(
  source: BodySource,
  edits: BodyEdits,
  leaveOut: (name: string) => void,
): void {
  const { body, scan, model } = source;
  const name = ['reasoning_effort', 'thinking'].find((member) => scan.members.has(member));
  if (name === undefined) return;
  const wanted = wantedEffort(readMember(body, scan, name));
  const given = readMember(body, scan, 'chat_template_kwargs') ?? {};
  if (wanted === undefined || typeof given !== 'object') return;
  const { thinkingSwitch } = model.traits;
  const { effort, templateArguments, cannotBeOff } = poolThinking(wanted, thinkingSwitch);
  if (cannotBeOff) leaveOut(name);
  else if (name === 'reasoning_effort' && effort !== wanted) edits[name] = JSON.stringify(effort);
  if (thinkingSwitch === undefined) return;
  edits['chat_template_kwargs'] = JSON.stringify({ ...templateArguments, ...given });
}

/** OpenAI's effort, or the switch of the open models' own vendors. */
function wantedEffort(asked: unknown): Effort | undefined {
  if (typeof asked === 'string') return effortOf(asked);
  if (typeof asked !== 'object' || asked === null || !('type' in asked)) return undefined;
  if (asked.type === 'disabled') return 'none';
  return asked.type === 'enabled' ? 'medium' : undefined;
}
