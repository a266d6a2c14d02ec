import { createContext, use } from 'react';

type AskForProof = (act: string, variables: unknown) => void;

export const ProofContext = createContext<AskForProof>(() => {
  throw new Error('An act is used outside the shell.');
});

/** Asks the person to prove themselves, and keeps the act until they have. */
export function useAskForProof(): AskForProof {
  return use(ProofContext);
}
