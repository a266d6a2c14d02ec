import type { Team } from '@modelbridge/dashboard-api';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useAccount } from '../../layout/use-account.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ErrorNote } from '../../ui/error-note.js';
import { Page } from '../../ui/page.js';
import { SkeletonRows } from '../../ui/skeleton.js';
import { EndingCard } from './ending-card.js';
import { InvitationsCard } from './invitations-card.js';
import { InviteDialog } from './invite-dialog.js';
import { MembersCard } from './members-card.js';
import { OwnTeams } from './own-teams.js';
import { teamQuery } from './queries.js';
import { SettingsCard } from './settings-card.js';
import { useInvitationActs, useMemberActs, useTeamActs } from './use-team-acts.js';

export function TeamPage() {
  const { team_id } = useAccount();
  const acts = useTeamActs();
  const memberActs = useMemberActs();
  const invitationActs = useInvitationActs();
  if (team_id === undefined) return <OwnTeams acts={acts} invitationActs={invitationActs} />;
  return <OneTeam key={team_id} teamId={team_id} acts={acts} memberActs={memberActs} />;
}

interface OneTeamProps {
  readonly teamId: string;
  readonly acts: ReturnType<typeof useTeamActs>;
  readonly memberActs: ReturnType<typeof useMemberActs>;
}

function OneTeam({ teamId, acts, memberActs }: OneTeamProps) {
  const { name } = useAccount();
  const query = useQuery(teamQuery(teamId));
  const [isInviting, setInviting] = useState(false);
  const team = query.data;
  const leads = team !== undefined && team.role !== 'member';
  return (
    <Page
      title={team?.name ?? name}
      description={team === undefined ? undefined : ROLES[team.role]}
      actions={
        leads && (
          <Button look="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-4" />
            Invite
          </Button>
        )
      }
    >
      {query.error !== null && team === undefined ? (
        <ErrorNote
          error={query.error}
          what="The team could not be loaded."
          retry={() => void query.refetch()}
        />
      ) : team === undefined ? (
        <Card>
          <SkeletonRows label="Loading the team" />
        </Card>
      ) : (
        <>
          <MembersCard team={team} acts={memberActs} />
          {leads && <InvitationsCard team={team} acts={memberActs} />}
          {leads && <SettingsCard team={team} acts={acts} />}
          <EndingCard team={team} acts={acts} />
          <InviteDialog
            team={team}
            isOpen={isInviting}
            onClose={() => setInviting(false)}
            invite={memberActs.invite}
          />
        </>
      )}
    </Page>
  );
}

const ROLES: Record<Team['role'], string> = {
  owner: 'You own this team. You see what is spent, never what was said.',
  admin: 'You lead this team. You see what is spent, never what was said.',
  member: 'You are a member: you see what is yours.',
};
