import type { Key } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { ApiError } from '../../api/api-error.js';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { KeyFields } from './key-fields.js';
import { fieldNamed, formOf, readForm, type KeyForm, type KeyFormErrors } from './key-form.js';
import type { KeyActs } from './use-key-acts.js';

interface EditFormProps {
  readonly shown: Key;
  readonly update: KeyActs['update'];
  readonly onDone: () => void;
}

export function EditForm({ shown, update, onDone }: EditFormProps) {
  const { account_id } = useAccount();
  const [form, setForm] = useState<KeyForm>(() => formOf(shown));
  const [errors, setErrors] = useState<KeyFormErrors>({});
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const result = readForm(form);
    if ('errors' in result) return setErrors(result.errors);
    setErrors({});
    const one = { account_id, key_id: shown.key_id };
    update.mutate(
      { ...one, before: shown, wanted: result.read },
      {
        onSuccess: onDone,
        onError: (error) => {
          const field = error instanceof ApiError ? fieldNamed(error.details.field, []) : undefined;
          if (field !== undefined) setErrors({ [field]: error.message });
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <KeyFields
        form={form}
        errors={errors}
        onChange={(part) => setForm((before) => ({ ...before, ...part }))}
        isNew={false}
      />
      {update.error !== null && Object.keys(errors).length === 0 && (
        <div className="mt-4">
          <ErrorNote error={update.error} what="Not all of it was saved." />
        </div>
      )}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={update.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
