import type { Invitation, Team } from '@modelbridge/dashboard-api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { Time } from '../../ui/values.js';
import { invitationsQuery } from './queries.js';
import type { MemberActs } from './use-team-acts.js';

interface InvitationsCardProps {
  readonly team: Team;
  readonly acts: MemberActs;
}

export function InvitationsCard({ team, acts }: InvitationsCardProps) {
  const query = useInfiniteQuery(invitationsQuery(team.team_id));
  const invitations = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title="Invitations">
      {query.isPending ? (
        <SkeletonRows rows={2} label="Loading invitations" />
      ) : query.error !== null && invitations.length === 0 ? (
        <ErrorNote
          error={query.error}
          what="The invitations could not be loaded."
          retry={() => void query.refetch()}
        />
      ) : invitations.length === 0 ? (
        <p className="text-muted">None is open.</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {invitations.map((invitation) => (
            <Row key={invitation.invitation_id} invitation={invitation} acts={acts} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          size="small"
          isBusy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Card>
  );
}

function Row({ invitation, acts }: { invitation: Invitation; acts: MemberActs }) {
  const { invitation_id, team_id, email, role, expires_at, state } = invitation;
  const params = { team_id, invitation_id };
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-2.5">
      <div className="min-w-0">
        <p className="font-medium break-all">{email}</p>
        <p className="text-sm text-muted">
          {role}, until <Time at={expires_at} style="minuteOfYear" />{' '}
          {state === 'expired' && <Badge tone="warn">expired</Badge>}
        </p>
      </div>
      <div className="flex gap-2">
        <Button
          size="small"
          isBusy={acts.resend.isPending}
          onClick={() => acts.resend.mutate({ params, body: {} })}
        >
          Send again
        </Button>
        <Button
          size="small"
          look="warning"
          isBusy={acts.withdraw.isPending}
          onClick={() => acts.withdraw.mutate({ params })}
        >
          Withdraw
        </Button>
      </div>
    </li>
  );
}
