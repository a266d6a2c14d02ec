import type { Session } from '@modelbridge/dashboard-api';
import * as z from 'zod/mini';

const KEY = 'pending-act';
/** As long as a proof is good, and the time at the sign-in page. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;

const pendingAct = z.object({
  name: z.string(),
  user_id: z.string(),
  /** When the person had last proved themselves, as the server told it. */
  proved_at: z.string(),
  kept_at_ms: z.number(),
  variables: z.unknown(),
});

/** Where an act waits while its person proves themselves: of this tab alone, gone with it. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The act that a person has asked for and that goes on once they have proved themselves again. */
export class PendingAct {
  constructor(
    private readonly shelf: Shelf,
    private readonly nowMs: () => number = Date.now,
  ) {}

  keep(name: string, { person, proved_at }: Session, variables: unknown): void {
    const { user_id } = person;
    const act = { name, user_id, proved_at, kept_at_ms: this.nowMs(), variables };
    this.shelf.setItem(KEY, JSON.stringify(act));
  }

  /**
   * What the act of this name was asked with, once: it is gone then. Undefined where none waits, where another
   * person has signed in meanwhile, or where the person came back without proof.
   */
  take(name: string, { person, proved_at }: Session): { variables: unknown } | undefined {
    const act = pendingAct.safeParse(jsonOf(this.shelf.getItem(KEY)));
    if (act.success && act.data.name !== name) return undefined;
    this.shelf.removeItem(KEY);
    const isGood =
      act.success &&
      act.data.user_id === person.user_id &&
      act.data.proved_at !== proved_at &&
      this.nowMs() - act.data.kept_at_ms < FORGOTTEN_AFTER_MS;
    return isGood ? { variables: act.data.variables } : undefined;
  }
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
