import { fittingEffort } from '../conversation/efforts.js';
import type { Effort } from '../conversation/request.js';

/** Efforts that vLLM's server knows beside `none`. */
const KNOWN: readonly Effort[] = ['low', 'medium', 'high'];

export interface PoolThinking {
  effort: Effort;
  /** For `chat_template_kwargs`: the server's own word does not reach every template. */
  templateArguments: Record<string, boolean>;
  /** Thinking is to be off, and nothing turns it off. */
  cannotBeOff: boolean;
}

/** How a pool is told how much to think. `name`: what turns thinking on and off in its template. */
export function poolThinking(wanted: Effort, name: string | undefined): PoolThinking {
  const known = name === undefined ? KNOWN : (['none', ...KNOWN] as const);
  const effort = fittingEffort(wanted, known);
  return {
    effort,
    templateArguments: name === undefined ? {} : { [name]: effort !== 'none' },
    cannotBeOff: wanted === 'none' && effort !== 'none',
  };
}
