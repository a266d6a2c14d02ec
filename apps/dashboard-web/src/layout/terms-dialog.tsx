import { consentRoutes, type Consents } from '@modelbridge/dashboard-api';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useAct } from '../acts/use-act.js';
import { api } from '../api/api.js';
import { Button } from '../ui/button.js';
import { Checkbox } from '../ui/checkbox.js';
import { Dialog, DialogActions } from '../ui/dialog.js';
import { ErrorNote } from '../ui/error-note.js';
import { consentsQuery } from './consents.js';

interface TermsDialogProps {
  readonly isOpen: boolean;
  readonly toAccept: NonNullable<Consents['to_accept']>;
  readonly onClose: () => void;
}

/** What is agreed to before the first key. */
export default function TermsDialog({ isOpen, toAccept, onClose }: TermsDialogProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Before your first key"
      description="Once, and again where the terms change."
    >
      <Form toAccept={toAccept} onClose={onClose} />
    </Dialog>
  );
}

function Form({ toAccept, onClose }: Omit<TermsDialogProps, 'isOpen'>) {
  const queries = useQueryClient();
  const [hasAccepted, setAccepted] = useState(false);
  const [isAdult, setAdult] = useState(false);
  const accept = useAct({
    name: 'consents.accept',
    run: (policy_version: string) =>
      api.call(consentRoutes.accept, {
        body: { policy_version, terms_accepted: true, is_adult: true },
      }),
    onDone: (consents) => {
      // Nothing is left to accept: the dialog goes by itself.
      queries.setQueryData(consentsQuery.queryKey, consents);
    },
    showsError: true,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (hasAccepted && isAdult) accept.mutate(toAccept.version);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p>
        What requests say is kept sealed for at most 30 days, or not at all, as each model says. You
        can read it, export it and delete it at any time, and nobody else can.
      </p>
      <p>
        <a
          href={`/privacy/versions/${toAccept.version}`}
          target="_blank"
          rel="noopener"
          className="font-medium text-accent-text underline underline-offset-2"
        >
          Terms and privacy policy of {toAccept.version}
        </a>
      </p>
      <Checkbox
        label="I accept the terms and the privacy policy"
        isChecked={hasAccepted}
        onChange={setAccepted}
      />
      <Checkbox label="I am 18 or older" isChecked={isAdult} onChange={setAdult} />
      {accept.error !== null && <ErrorNote error={accept.error} />}
      <DialogActions>
        <Button onClick={onClose}>Later</Button>
        <Button
          type="submit"
          look="primary"
          disabled={!hasAccepted || !isAdult}
          isBusy={accept.isPending}
        >
          Accept
        </Button>
      </DialogActions>
    </form>
  );
}
