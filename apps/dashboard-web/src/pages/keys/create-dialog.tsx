import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { ApiError } from '../../api/api-error.js';
import { needsProof } from '../../acts/use-act.js';
import { consentsQuery } from '../../layout/consents.js';
import TermsDialog from '../../layout/terms-dialog.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { KeyFields } from './key-fields.js';
import { emptyForm, fieldNamed, readForm, type KeyForm, type KeyFormErrors } from './key-form.js';
import type { CreateKey } from './use-key-acts.js';

interface CreateDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly create: CreateKey;
}

export function CreateDialog({ isOpen, onClose, create }: CreateDialogProps) {
  const { data: consents } = useQuery(consentsQuery);
  const toAccept = consents?.to_accept ?? null;
  if (toAccept !== null) {
    return <TermsDialog isOpen={isOpen} toAccept={toAccept} onClose={onClose} />;
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Create a key"
      description="It is shown once, when it is made."
      isWide
    >
      <Form create={create} onClose={onClose} />
    </Dialog>
  );
}

function Form({ create, onClose }: Omit<CreateDialogProps, 'isOpen'>) {
  const { account_id, team_id } = useAccount();
  const [form, setForm] = useState<KeyForm>(emptyForm);
  const [errors, setErrors] = useState<KeyFormErrors>({});
  const change = (part: Partial<KeyForm>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const result = readForm(form);
    if ('errors' in result) return setErrors(result.errors);
    setErrors({});
    const { read } = result;
    const scope = form.isManagement ? ('management' as const) : ('inference' as const);
    create.mutate(
      { params: { account_id }, body: { ...read, scope, is_test: form.isTest, team_id } },
      {
        onError: (error) => {
          const field =
            error instanceof ApiError ? fieldNamed(error.details.field, read.limits) : undefined;
          if (field !== undefined) setErrors({ [field]: error.message });
        },
      },
    );
  };
  const isShownBeside =
    create.error instanceof ApiError && fieldNamed(create.error.details.field, []) !== undefined;
  return (
    <form onSubmit={submit} noValidate>
      <KeyFields form={form} errors={errors} onChange={change} isNew />
      {create.error !== null && !needsProof(create.error) && !isShownBeside && (
        <div className="mt-4">
          <ErrorNote error={create.error} what="The key was not made." />
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={create.isPending}>
          Create key
        </Button>
      </DialogActions>
    </form>
  );
}
