import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MailQuestion } from 'lucide-react';
import { Card } from '../../ui/card.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Page } from '../../ui/page.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { invitationQuery } from './queries.js';
import { ReceivedRow } from './received-row.js';
import { useInvitationActs } from './use-team-acts.js';

const invitationRoute = getRouteApi('/shell/invitations/$invitation_id');

/** One invitation, as its mail leads to it. Only who has the address that it was sent to sees it. */
export function InvitationPage() {
  const { invitation_id } = invitationRoute.useParams();
  const acts = useInvitationActs();
  const { data, error } = useQuery(invitationQuery(invitation_id));
  return (
    <Page title="Invitation">
      {error !== null ? (
        <ErrorNote
          error={error}
          what="There is no such invitation to the address you signed in with."
        />
      ) : (
        <Card>
          {data === undefined ? (
            <SkeletonRows rows={2} label="Loading the invitation" />
          ) : data.state === 'open' ? (
            <ul>
              <ReceivedRow invitation={data} acts={acts} />
            </ul>
          ) : (
            <EmptyState
              icon={<MailQuestion className="size-8" />}
              title={`The invitation to ${data.team_name} is ${data.state}`}
            >
              Ask who invited you for another one.
            </EmptyState>
          )}
        </Card>
      )}
    </Page>
  );
}
