import type { Invitation } from '@modelbridge/dashboard-api';
import { Button } from '../../ui/button.js';
import { Time } from '../../ui/values.js';
import type { InvitationActs } from './use-team-acts.js';

interface ReceivedRowProps {
  readonly invitation: Invitation;
  readonly acts: InvitationActs;
}

export function ReceivedRow({ invitation, acts }: ReceivedRowProps) {
  const { invitation_id, team_name, role, expires_at } = invitation;
  const params = { invitation_id };
  const isBusy = acts.accept.isPending || acts.decline.isPending;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-2.5">
      <div className="min-w-0">
        <p className="font-medium break-words">{team_name}</p>
        <p className="text-sm text-muted">
          as {role === 'admin' ? 'an admin' : 'a member'}, open until{' '}
          <Time at={expires_at} style="dayOfYear" />
        </p>
      </div>
      <div className="flex gap-2">
        <Button isBusy={isBusy} onClick={() => acts.decline.mutate({ params, body: {} })}>
          Decline
        </Button>
        <Button
          look="primary"
          isBusy={isBusy}
          onClick={() => acts.accept.mutate({ params, body: {} })}
        >
          Join
        </Button>
      </div>
    </li>
  );
}
