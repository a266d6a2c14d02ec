import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { consentsQuery } from './consents.js';

const TermsDialog = lazy(() => import('./terms-dialog.js'));

/** Who has not agreed to the terms is asked once a visit; keys ask again. */
export function FirstVisit() {
  const { data } = useQuery(consentsQuery);
  const [isLater, setLater] = useState(false);
  const toAccept = data?.to_accept ?? null;
  if (toAccept === null) return null;
  return (
    <Suspense>
      <TermsDialog isOpen={!isLater} toAccept={toAccept} onClose={() => setLater(true)} />
    </Suspense>
  );
}
