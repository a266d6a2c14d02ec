import type { Member } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { dollarsOfNanos, nanosOfDollars } from '../../format/money.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input } from '../../ui/input.js';
import type { MemberActs } from './use-team-acts.js';

interface MemberLimitDialogProps {
  readonly teamId: string;
  /** Undefined: closed. */
  readonly member: Member | undefined;
  readonly onClose: () => void;
  readonly set: MemberActs['setLimit'];
}

export function MemberLimitDialog({ teamId, member, onClose, set }: MemberLimitDialogProps) {
  return (
    <Dialog
      isOpen={member !== undefined}
      onClose={onClose}
      title={`Monthly limit of ${member?.name ?? member?.email ?? 'a member'}`}
      description="What they may spend of the team’s money in a UTC month."
    >
      {member !== undefined && <Form teamId={teamId} member={member} onClose={onClose} set={set} />}
    </Dialog>
  );
}

function Form({ teamId, member, onClose, set }: MemberLimitDialogProps & { member: Member }) {
  const { month_limit_nano_usd: limit, user_id } = member;
  const [text, setText] = useState(limit === null ? '' : dollarsOfNanos(limit));
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = text.trim() === '' ? null : nanosOfDollars(text);
    if (wanted === undefined) return setError('An amount of dollars, such as 20, or nothing.');
    setError(undefined);
    const params = { team_id: teamId, user_id };
    set.mutate({ params, body: { month_limit_nano_usd: wanted } }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Field label="US dollars" hint="Empty: no limit of their own." error={error}>
        <Input
          value={text}
          inputMode="decimal"
          autoComplete="off"
          placeholder="No limit"
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      {set.error !== null && (
        <div className="mt-4">
          <ErrorNote error={set.error} what="The limit was not changed." />
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={set.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
