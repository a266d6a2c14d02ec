import { GIVEN_ROLES, type Team } from '@modelbridge/dashboard-api';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input } from '../../ui/input.js';
import { Select } from '../../ui/select.js';
import type { MemberActs } from './use-team-acts.js';

type Role = (typeof GIVEN_ROLES)[number];

const ROLE_OPTIONS: readonly { value: Role; label: string }[] = [
  { value: 'member', label: 'Member' },
  { value: 'admin', label: 'Admin' },
];

interface InviteDialogProps {
  readonly team: Team;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly invite: MemberActs['invite'];
}

export function InviteDialog({ isOpen, onClose, team, invite }: InviteDialogProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Invite to ${team.name}`}
      description="They get a mail, and join with an account of this address."
    >
      <Form team={team} onClose={onClose} invite={invite} />
    </Dialog>
  );
}

function Form({ team, onClose, invite }: Omit<InviteDialogProps, 'isOpen'>) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const asked = { params: { team_id: team.team_id }, body: { email, role } };
    invite.mutate(asked, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="E-mail address">
        <Input
          type="email"
          value={email}
          autoComplete="off"
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      {team.role === 'owner' && (
        <Field label="Role" hint="An admin invites people, sets limits and sees what is spent.">
          <Select value={role} options={ROLE_OPTIONS} onChange={setRole} className="w-full" />
        </Field>
      )}
      {invite.error !== null && (
        <ErrorNote error={invite.error} what="The invitation was not sent." />
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={invite.isPending}>
          Send invitation
        </Button>
      </DialogActions>
    </form>
  );
}
