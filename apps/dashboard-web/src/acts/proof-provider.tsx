import { useCallback, useState, type ReactNode } from 'react';
import { useSession } from '../api/session.js';
import { goToSignIn } from '../api/sign-in.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { ProofContext } from './proof-context.js';
import { pendingAct } from './step-up.js';

interface Waiting {
  readonly act: string;
  readonly variables: unknown;
}

/** Asks for a proof where an act needs one, and leads to sign-in and back. */
export function ProofProvider({ children }: { children: ReactNode }) {
  const session = useSession();
  const [waiting, setWaiting] = useState<Waiting>();
  const ask = useCallback((act: string, variables: unknown) => setWaiting({ act, variables }), []);
  return (
    <ProofContext value={ask}>
      {children}
      <ConfirmDialog
        isOpen={waiting !== undefined}
        onClose={() => setWaiting(undefined)}
        title="Confirm that it is you"
        confirm="Continue to sign-in"
        onConfirm={() => {
          if (waiting === undefined) return;
          pendingAct.keep(waiting.act, session, waiting.variables);
          goToSignIn(true);
        }}
      >
        This needs a sign-in that is at most ten minutes old. You sign in once more, come back here,
        and what you asked for goes on.
      </ConfirmDialog>
    </ProofContext>
  );
}
