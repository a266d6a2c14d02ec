import type { Key } from '@modelbridge/dashboard-api';
import { useState } from 'react';
import { useAccount } from '../../layout/use-account.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Select } from '../../ui/select.js';
import type { KeyActs } from './use-key-acts.js';

export type Question = 'rotate' | 'revoke';

const GRACES = [
  { value: '0', label: 'Not at all' },
  { value: '3600', label: 'For an hour' },
  { value: '86400', label: 'For a day' },
  { value: '604800', label: 'For 7 days' },
] as const;

type Grace = (typeof GRACES)[number]['value'];

interface KeyQuestionsProps {
  readonly shown: Key;
  readonly question: Question | undefined;
  readonly onClose: () => void;
  readonly acts: KeyActs;
}

/** What is asked before a key stops to work as it did. */
export function KeyQuestions({ shown, question, onClose, acts }: KeyQuestionsProps) {
  const { account_id } = useAccount();
  const [grace, setGrace] = useState<Grace>('86400');
  const one = { account_id, key_id: shown.key_id };
  return (
    <>
      <ConfirmDialog
        isOpen={question === 'rotate'}
        onClose={onClose}
        title={`Rotate ${shown.name}`}
        confirm="Rotate key"
        isBusy={acts.rotate.isPending}
        onConfirm={() =>
          acts.rotate.mutate({ ...one, grace_seconds: Number(grace) }, { onSettled: onClose })
        }
      >
        <p className="mb-3">
          The key gets a new secret, with the same limits and the same history. It is shown once.
        </p>
        <div className="flex flex-wrap items-center justify-between gap-2 text-text">
          The secret before works on
          <Select
            label="The secret before works on"
            value={grace}
            options={GRACES}
            onChange={setGrace}
          />
        </div>
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={question === 'revoke'}
        onClose={onClose}
        title={`Revoke ${shown.name}`}
        confirm="Revoke key"
        isDanger
        isBusy={acts.revoke.isPending}
        onConfirm={() => acts.revoke.mutate(one, { onSettled: onClose })}
      >
        Whatever uses this key is refused within a second, for ever. What it has used stays in the
        activity. To stop it for a while, disable it.
      </ConfirmDialog>
    </>
  );
}
