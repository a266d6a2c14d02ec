import { teamRoutes } from '@modelbridge/dashboard-api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/api.js';

const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }: { next_cursor: string | null }) => next_cursor ?? undefined,
};

export const teamQuery = (team_id: string) =>
  queryOptions({
    queryKey: ['team', team_id],
    queryFn: ({ signal }) => api.call(teamRoutes.get, { params: { team_id }, signal }),
  });

export const membersQuery = (team_id: string) =>
  infiniteQueryOptions({
    queryKey: ['team', team_id, 'members'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(teamRoutes.members, { params: { team_id }, query: { cursor }, signal }),
    ...pages,
  });

export const invitationsQuery = (team_id: string) =>
  infiniteQueryOptions({
    queryKey: ['team', team_id, 'invitations'],
    queryFn: ({ signal, pageParam: cursor }) =>
      api.call(teamRoutes.invitations, { params: { team_id }, query: { cursor }, signal }),
    ...pages,
  });

export const receivedQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => api.call(teamRoutes.received, { query: {}, signal }),
});

export const invitationQuery = (invitation_id: string) =>
  queryOptions({
    queryKey: ['invitations', invitation_id],
    queryFn: ({ signal }) => api.call(teamRoutes.invitation, { params: { invitation_id }, signal }),
  });
