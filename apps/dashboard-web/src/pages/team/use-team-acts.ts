import { teamRoutes, type Asked, type Team } from '@modelbridge/dashboard-api';
import { useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { sessionQuery } from '../../api/session.js';

export type TeamActs = ReturnType<typeof useTeamActs>;

const changes = [['team']];
const session = [['team'], ['session'], ['invitations']];

/** What can be done to a team. */
export function useTeamActs() {
  const { goTo, goHome } = useMoves();
  const create = useAct({
    name: 'team.create',
    run: (asked: Asked<typeof teamRoutes.create>) => api.call(teamRoutes.create, asked),
    onDone: goTo,
    done: ({ name }) => `${name} is made`,
    showsError: true,
    changes: session,
  });
  const rename = useAct({
    name: 'team.rename',
    run: (asked: Asked<typeof teamRoutes.rename>) => api.call(teamRoutes.rename, asked),
    done: 'Saved',
    showsError: true,
    changes: session,
  });
  const changeSettings = useAct({
    name: 'team.changeSettings',
    run: (asked: Asked<typeof teamRoutes.changeSettings>) =>
      api.call(teamRoutes.changeSettings, asked),
    done: 'Saved',
    showsError: true,
    changes,
  });
  const remove = useAct({
    name: 'team.delete',
    run: (asked: Asked<typeof teamRoutes.delete>) => api.call(teamRoutes.delete, asked),
    onDone: goHome,
    done: 'The team is deleted',
    changes: session,
  });
  const leave = useAct({
    name: 'team.leave',
    run: (asked: Asked<typeof teamRoutes.leave>) => api.call(teamRoutes.leave, asked),
    onDone: goHome,
    done: 'You have left the team',
    changes: session,
  });
  const transfer = useAct({
    name: 'team.transfer',
    run: (asked: Asked<typeof teamRoutes.transfer>) => api.call(teamRoutes.transfer, asked),
    done: 'The team has another owner',
    changes: session,
  });
  return { create, rename, changeSettings, remove, leave, transfer };
}

export type MemberActs = ReturnType<typeof useMemberActs>;

/** What can be done to members and invitations. */
export function useMemberActs() {
  const changeRole = useAct({
    name: 'team.changeRole',
    run: (asked: Asked<typeof teamRoutes.changeRole>) => api.call(teamRoutes.changeRole, asked),
    done: 'Saved',
    changes,
  });
  const setLimit = useAct({
    name: 'team.setMemberLimit',
    run: (asked: Asked<typeof teamRoutes.setMemberLimit>) =>
      api.call(teamRoutes.setMemberLimit, asked),
    done: 'Saved',
    showsError: true,
    changes,
  });
  const remove = useAct({
    name: 'team.removeMember',
    run: (asked: Asked<typeof teamRoutes.removeMember>) => api.call(teamRoutes.removeMember, asked),
    done: 'Removed: their keys of the team have stopped',
    changes,
  });
  const invite = useAct({
    name: 'team.invite',
    run: (asked: Asked<typeof teamRoutes.invite>) => api.call(teamRoutes.invite, asked),
    done: ({ email }) => `An invitation is on its way to ${email}`,
    showsError: true,
    changes,
  });
  const resend = useAct({
    name: 'team.resend',
    run: (asked: Asked<typeof teamRoutes.resend>) => api.call(teamRoutes.resend, asked),
    done: ({ email }) => `Sent again to ${email}`,
    changes,
  });
  const withdraw = useAct({
    name: 'team.withdraw',
    run: (asked: Asked<typeof teamRoutes.withdraw>) => api.call(teamRoutes.withdraw, asked),
    done: 'The invitation is withdrawn',
    changes,
  });
  return { changeRole, setLimit, remove, invite, resend, withdraw };
}

export type InvitationActs = ReturnType<typeof useInvitationActs>;

/** What somebody can do who was invited. */
export function useInvitationActs() {
  const { goTo } = useMoves();
  const accept = useAct({
    name: 'invitations.accept',
    run: (asked: Asked<typeof teamRoutes.accept>) => api.call(teamRoutes.accept, asked),
    onDone: goTo,
    done: ({ name }) => `You are a member of ${name}`,
    changes: session,
  });
  const decline = useAct({
    name: 'invitations.decline',
    run: (asked: Asked<typeof teamRoutes.decline>) => api.call(teamRoutes.decline, asked),
    done: 'Declined',
    changes: [['invitations']],
  });
  return { accept, decline };
}

function useMoves() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return {
    /** To the team's page, once the session knows of its account. */
    goTo: ({ account_id }: Team) => {
      void queries
        .fetchQuery({ ...sessionQuery, staleTime: 0 })
        .then(() => navigate({ to: '/team', search: { account: account_id } }));
    },
    goHome: () => void navigate({ to: '/team', search: {} }),
  };
}
