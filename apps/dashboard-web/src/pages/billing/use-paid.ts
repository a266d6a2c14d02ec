import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** `awaited`: Stripe has the money, and we may hear of it in a moment. */
export type Paid = 'no' | 'awaited' | 'over';

const AWAITED_MS = 20_000;

/** Somebody has come back from Stripe's page: for a while the balance is asked for again and again. */
export function usePaid(accountId: string, sessionId: string | undefined): Paid {
  const queries = useQueryClient();
  const [over, setOver] = useState<string>();
  useEffect(() => {
    if (sessionId === undefined) return;
    const timer = setTimeout(() => {
      setOver(sessionId);
      void queries.invalidateQueries({ queryKey: ['billing', accountId] });
    }, AWAITED_MS);
    return () => clearTimeout(timer);
  }, [queries, accountId, sessionId]);
  if (sessionId === undefined) return 'no';
  return over === sessionId ? 'over' : 'awaited';
}
