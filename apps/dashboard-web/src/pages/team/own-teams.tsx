import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Users } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { useSession } from '../../api/session.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Field, Input } from '../../ui/input.js';
import { Page } from '../../ui/page.js';
import { receivedQuery } from './queries.js';
import { ReceivedRow } from './received-row.js';
import type { InvitationActs, TeamActs } from './use-team-acts.js';

interface OwnTeamsProps {
  readonly acts: TeamActs;
  readonly invitationActs: InvitationActs;
}

/** The teams of the person, and what they are invited to. */
export function OwnTeams({ acts, invitationActs }: OwnTeamsProps) {
  const { accounts } = useSession();
  const [isCreating, setCreating] = useState(false);
  const received = useQuery(receivedQuery);
  const teams = accounts.filter(({ kind }) => kind === 'team');
  const open = received.data?.items.filter(({ state }) => state === 'open') ?? [];
  const create = () => setCreating(true);
  return (
    <Page
      title="Teams"
      description="A team shares one balance. What each member asks stays theirs."
      actions={
        <Button look="primary" onClick={create}>
          <Plus aria-hidden className="size-4" />
          Create team
        </Button>
      }
    >
      {received.error !== null && (
        <ErrorNote error={received.error} what="Your invitations could not be loaded." />
      )}
      {open.length > 0 && (
        <Card title="Invitations to you">
          <ul className="flex flex-col divide-y divide-line">
            {open.map((invitation) => (
              <ReceivedRow
                key={invitation.invitation_id}
                invitation={invitation}
                acts={invitationActs}
              />
            ))}
          </ul>
        </Card>
      )}
      <Card>
        {teams.length === 0 ? (
          <EmptyState
            icon={<Users className="size-8" />}
            title="You are in no team"
            action={
              <Button look="primary" onClick={create}>
                Create a team
              </Button>
            }
          >
            Make one to pay for the keys of several people from one balance, with a limit for each.
          </EmptyState>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {teams.map(({ account_id, name, role }) => (
              <li key={account_id} className="flex items-center justify-between gap-3 py-2.5">
                <Link
                  to="/team"
                  search={{ account: account_id }}
                  className="min-w-0 font-medium break-words underline-offset-2 hover:underline"
                >
                  {name}
                </Link>
                <Badge>{role}</Badge>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Dialog isOpen={isCreating} onClose={() => setCreating(false)} title="Create a team">
        <CreateForm create={acts.create} onClose={() => setCreating(false)} />
      </Dialog>
    </Page>
  );
}

interface CreateFormProps {
  readonly create: TeamActs['create'];
  readonly onClose: () => void;
}

function CreateForm({ create, onClose }: CreateFormProps) {
  const [name, setName] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setError('A team has a name.');
    setError(undefined);
    create.mutate({ body: { name } }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Field label="Name" error={error}>
        <Input
          value={name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      {create.error !== null && (
        <div className="mt-4">
          <ErrorNote error={create.error} what="The team was not made." />
        </div>
      )}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={create.isPending}>
          Create team
        </Button>
      </DialogActions>
    </form>
  );
}
