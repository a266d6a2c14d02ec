import { ERROR_CODES } from '@modelbridge/dashboard-api';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { ApiError } from '../api/api-error.js';
import { useSession } from '../api/session.js';
import { toastError, toasts } from '../ui/toasts.js';
import { pendingAct } from './step-up.js';
import { useAskForProof } from './proof-context.js';

interface Act<Variables, Result> {
  /** Unique, such as `keys.create`: what waits for a proof is known by it. */
  readonly name: string;
  readonly run: (variables: Variables) => Promise<Result>;
  readonly onDone?: (result: Result, variables: Variables) => void;
  /** What a toast says when it is done. */
  readonly done?: string | ((result: Result, variables: Variables) => string);
  /** Queries that the act has changed; they are asked again. */
  readonly changes?: readonly QueryKey[];
  /** A form shows the error beside its field; else a toast does. */
  readonly showsError?: boolean;
}

/**
 * Something that a person does. Where it needs them to prove themselves again, they are led to sign-in and back, and
 * then it goes on by itself: so this is called in what the page shows first, not in a dialog that is closed then.
 * `variables` are plain data without secrets: they wait in the tab's storage.
 */
export function useAct<Variables, Result>(act: Act<Variables, Result>) {
  const session = useSession();
  const queries = useQueryClient();
  const askForProof = useAskForProof();
  const mutation = useMutation({
    mutationFn: act.run,
    onSuccess: async (result, variables) => {
      act.onDone?.(result, variables);
      const title = typeof act.done === 'function' ? act.done(result, variables) : act.done;
      if (title !== undefined) toasts.add({ title });
      await Promise.all(
        (act.changes ?? []).map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    onError: (error, variables) => {
      if (needsProof(error)) askForProof(act.name, variables);
      else if (act.showsError !== true) toastError(error);
    },
  });
  const goOn = useEffectEvent(() => {
    const waiting = pendingAct.take(act.name, session);
    if (waiting !== undefined) mutation.mutate(waiting.variables as Variables);
  });
  useEffect(() => goOn(), []);
  return mutation;
}

/** The dialog of the step-up tells of it, so a form does not. */
export function needsProof(error: Error | null): boolean {
  return error instanceof ApiError && error.code === ERROR_CODES.stepUpRequired;
}
