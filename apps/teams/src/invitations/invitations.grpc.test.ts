import { newId, uuidOf } from '@modelbridge/contracts';
import { InvitationState, TeamRole, type Team } from '@modelbridge/contracts/teams.v1';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { firstPage, TestTeams, type TestPerson } from '../testing/test-teams.js';
import { invitationBounds } from './bounds.js';

let teams: TestTeams;
let owner: TestPerson;
let team: Team;
beforeAll(async () => {
  teams = await TestTeams.start();
});
afterAll(() => teams.close());
beforeEach(async () => {
  owner = teams.person();
  team = await teams.team(owner);
});

const errorOf = (call: Promise<unknown>): Promise<unknown> => call.catch(rpcErrorFrom);

const accept = ({ userId }: TestPerson, invitationId: string) =>
  errorOf(teams.client.acceptInvitation({ actorUserId: userId, invitationId }));

function ofTeam(invitationId: string) {
  return { actorUserId: owner.userId, teamId: team.teamId, invitationId };
}

async function expire(invitationId: string): Promise<void> {
  await teams.database.execute(
    `update team_invitation set expires_at = now() - interval '1 second' where id = $1`,
    [uuidOf('invitation', invitationId)],
  );
}

describe('an invitation', () => {
  it('is made once under an id of the caller’s, with one mail', async () => {
    const asked = {
      ...ofTeam(newId('invitation')),
      email: 'once@example.com',
      role: TeamRole.MEMBER,
    };
    const tries = await Promise.all([1, 2, 3].map(() => teams.client.inviteMember(asked)));
    expect(new Set(tries.map(({ invitation }) => invitation?.invitationId))).toEqual(
      new Set([asked.invitationId]),
    );
    const sent = await teams.database.query('select from mail where cause like $1', [
      `${asked.invitationId}:%`,
    ]);
    expect(sent).toHaveLength(1);
    const anew = { ...asked, invitationId: newId('invitation') };
    expect(await errorOf(teams.client.inviteMember(anew))).toMatchObject({
      code: 'already_exists',
    });
  });

  it('is found by who has the address, and makes them a member', async () => {
    const guest = teams.person('Ada@Example.com');
    const { invitationId } = await teams.invite(owner, team.teamId, 'ada@example.COM');
    const actorUserId = guest.userId;
    const { invitations } = await teams.client.listReceivedInvitations({
      actorUserId,
      ...firstPage,
    });
    expect(invitations).toMatchObject([{ invitationId, teamName: team.name }]);
    expect(await teams.client.getInvitation({ actorUserId, invitationId })).toEqual({
      invitation: invitations[0],
    });
    expect(await accept(guest, invitationId)).toMatchObject({
      team: { teamId: team.teamId, role: TeamRole.MEMBER },
    });
    expect(await teams.client.listReceivedInvitations({ actorUserId, ...firstPage })).toEqual({
      invitations: [],
      nextCursor: '',
    });
    const { members } = await teams.client.listMembers({
      actorUserId: owner.userId,
      teamId: team.teamId,
      ...firstPage,
    });
    expect(members.map(({ userId, role, name, email }) => [userId, role, name, email])).toEqual([
      [owner.userId, TeamRole.OWNER, 'N', owner.email],
      [guest.userId, TeamRole.MEMBER, 'N', guest.email],
    ]);
  });

  it.each([
    ['expired', 'ask the team to send it again', (id: string) => expire(id)],
    [
      'withdrawn',
      'ask the team for a new one',
      (id: string) => teams.client.withdrawInvitation(ofTeam(id)),
    ],
    [
      'declined',
      'ask the team for a new one',
      (invitationId: string, { userId }: TestPerson) =>
        teams.client.declineInvitation({ actorUserId: userId, invitationId }),
    ],
    ['accepted', 'open the team instead', (id: string, guest: TestPerson) => accept(guest, id)],
  ])('that is %s is not taken up, and says what to do', async (reason, fix, end) => {
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    await end(invitationId, guest);
    const refused = {
      code: 'failed_precondition',
      field: 'invitation_id',
      details: { reason },
      message: expect.stringContaining(fix),
    };
    expect(await accept(guest, invitationId)).toMatchObject(refused);
    const decline = { actorUserId: guest.userId, invitationId };
    expect(await errorOf(teams.client.declineInvitation(decline))).toMatchObject(refused);
  });

  it('of another person is the same as none', async () => {
    const { invitationId } = await teams.invite(owner, team.teamId, teams.person().email);
    const stranger = teams.person();
    const none = await accept(stranger, newId('invitation'));
    expect(none).toMatchObject({
      code: 'not_found',
      field: 'invitation_id',
      message: expect.stringMatching(/sign in with the address that it was sent to/),
    });
    const call = { actorUserId: stranger.userId, invitationId };
    expect(await accept(stranger, invitationId)).toEqual(none);
    expect(await errorOf(teams.client.getInvitation(call))).toEqual(none);
    expect(await errorOf(teams.client.declineInvitation(call))).toEqual(none);
  });

  it('is taken up once, however often at the same time', async () => {
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    const outcomes = await Promise.all([1, 2, 3].map(() => accept(guest, invitationId)));
    expect(outcomes.filter((outcome) => 'team' in (outcome as object))).toHaveLength(1);
  });

  it('makes nobody a member twice', async () => {
    const member = await teams.member(owner, team.teamId);
    const { invitationId } = await teams.invite(owner, team.teamId, member.email);
    expect(await accept(member, invitationId)).toMatchObject({
      code: 'failed_precondition',
      field: 'invitation_id',
      details: { reason: 'member' },
    });
  });

  it('is gone with its team', async () => {
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    await teams.client.deleteTeam({ actorUserId: owner.userId, teamId: team.teamId });
    expect(await accept(guest, invitationId)).toMatchObject({ code: 'not_found' });
    const actorUserId = guest.userId;
    expect(await teams.client.listReceivedInvitations({ actorUserId, ...firstPage })).toEqual({
      invitations: [],
      nextCursor: '',
    });
  });
});

describe('inviting', () => {
  const invite = (email: string, over: object = {}) =>
    errorOf(
      teams.client.inviteMember({
        actorUserId: owner.userId,
        teamId: team.teamId,
        email,
        role: TeamRole.MEMBER,
        ...over,
      }),
    );

  it.each([
    ['email', '', {}],
    ['email', 'nobody', {}],
    ['email', 'a@example.com\nBcc: b@example.com', {}],
    ['role', 'a@example.com', { role: TeamRole.OWNER }],
    ['role', 'a@example.com', { role: TeamRole.UNSPECIFIED }],
  ])('names a bad %s', async (field, email, over) => {
    expect(await invite(email, over)).toMatchObject({ code: 'invalid_argument', field });
  });

  it('an address twice is refused while an invitation is open, expired or not', async () => {
    const { invitationId } = await teams.invite(owner, team.teamId, 'twice@example.com');
    const twice = {
      code: 'already_exists',
      field: 'email',
      message: expect.stringMatching(/send that one again, or withdraw it/),
    };
    expect(await invite('Twice@example.com')).toMatchObject(twice);
    await expire(invitationId);
    expect(await invite('twice@example.com')).toMatchObject(twice);
    await teams.client.withdrawInvitation(ofTeam(invitationId));
    expect(await invite('twice@example.com')).toMatchObject({
      invitation: { state: InvitationState.OPEN },
    });
  });

  it('is limited by open invitations and by mails a day', async () => {
    const fill = (state: string, count: number) =>
      teams.database.execute(
        `insert into team_invitation (id, team_id, email, email_key, role, invited_by, state, expires_at)
         select gen_random_uuid(), $1, n || '@x.example', n || '@x.example', 'member', $2, $3, now()
         from generate_series(1, $4::int) n`,
        [uuidOf('team', team.teamId), uuidOf('user', owner.userId), state, count],
      );
    await fill('open', invitationBounds.open);
    expect(await invite('more@example.com')).toMatchObject({
      code: 'resource_exhausted',
      field: 'team_id',
      message: expect.stringMatching(/withdraw some first/),
    });
    await teams.database.execute(`update team_invitation set state = 'withdrawn'`);
    expect(await invite('more@example.com')).toMatchObject({ invitation: {} });
    await fill('withdrawn', invitationBounds.sentADay);
    expect(await invite('again@example.com')).toMatchObject({
      code: 'resource_exhausted',
      field: 'team_id',
      message: expect.stringMatching(/try again tomorrow/),
    });
  });

  it('admins is the owner’s alone', async () => {
    const admin = await teams.member(owner, team.teamId, TeamRole.ADMIN);
    const by = { actorUserId: admin.userId };
    expect(await invite('m@example.com', by)).toMatchObject({ invitation: {} });
    expect(await invite('a@example.com', { ...by, role: TeamRole.ADMIN })).toMatchObject({
      code: 'permission_denied',
      message: expect.stringMatching(/only the owner may invite an admin/),
    });
  });
});

describe('sending again', () => {
  it('opens an expired invitation anew, up to a number of times', async () => {
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    await expire(invitationId);
    const { invitations } = await teams.client.listInvitations({
      actorUserId: owner.userId,
      teamId: team.teamId,
      ...firstPage,
    });
    expect(invitations).toMatchObject([{ invitationId, state: InvitationState.EXPIRED }]);
    for (let sent = 1; sent < invitationBounds.sentEach; sent += 1) {
      expect(await teams.client.resendInvitation(ofTeam(invitationId))).toMatchObject({
        invitation: { state: InvitationState.OPEN },
      });
    }
    expect(await errorOf(teams.client.resendInvitation(ofTeam(invitationId)))).toMatchObject({
      code: 'resource_exhausted',
      field: 'invitation_id',
      message: expect.stringMatching(/withdraw it and invite anew/),
    });
    expect(await accept(guest, invitationId)).toMatchObject({ team: { teamId: team.teamId } });
    expect(await errorOf(teams.client.resendInvitation(ofTeam(invitationId)))).toMatchObject({
      code: 'failed_precondition',
      field: 'invitation_id',
    });
  });

  it('and withdrawing are of the team’s own invitations', async () => {
    const other = await teams.team(owner);
    const { invitationId } = await teams.invite(owner, other.teamId, teams.person().email);
    for (const method of ['resendInvitation', 'withdrawInvitation'] as const) {
      expect(await errorOf(teams.client[method](ofTeam(invitationId)))).toMatchObject({
        code: 'not_found',
        field: 'invitation_id',
      });
    }
  });
});

describe('lists of invitations', () => {
  const sent = (page: object) =>
    teams.client.listInvitations({
      actorUserId: owner.userId,
      teamId: team.teamId,
      ...firstPage,
      ...page,
    });
  const received = ({ userId }: TestPerson, page: object) =>
    teams.client.listReceivedInvitations({ actorUserId: userId, ...firstPage, ...page });

  it('come by pages, newest first, whatever happens to those of an earlier page', async () => {
    const guest = teams.person();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      await teams.invite(owner, team.teamId, teams.person().email);
      const other = await teams.team(owner);
      ids.unshift((await teams.invite(owner, other.teamId, guest.email)).invitationId);
    }
    const first = await sent({ limit: 2 });
    expect(first.invitations).toHaveLength(2);
    const last = first.invitations[1]?.invitationId ?? '';
    expect(first.nextCursor).toBe(last);
    await teams.client.withdrawInvitation(ofTeam(last));
    const second = await sent({ limit: 2, cursor: first.nextCursor });
    expect(second).toMatchObject({ invitations: [{ teamId: team.teamId }], nextCursor: '' });
    const own = await received(guest, { limit: 2 });
    const rest = await received(guest, { limit: 2, cursor: own.nextCursor });
    const found = [...own.invitations, ...rest.invitations];
    expect(found.map(({ invitationId }) => invitationId)).toEqual(ids);
    expect(rest.nextCursor).toBe('');
  });

  it('refuse the cursor of another list, and a page that is too large', async () => {
    const guest = teams.person();
    const { invitationId: ofThis } = await teams.invite(owner, team.teamId, guest.email);
    const elsewhere = await teams.team(owner);
    const stranger = teams.person().email;
    const { invitationId: ofOther } = await teams.invite(owner, elsewhere.teamId, stranger);
    const refused = {
      code: 'invalid_argument',
      field: 'cursor',
      message: expect.stringMatching(/^cursor is not a cursor of this list/),
    };
    for (const cursor of [ofOther, newId('invitation'), team.teamId, 'x']) {
      expect(await errorOf(sent({ cursor }))).toMatchObject(refused);
      expect(await errorOf(received(guest, { cursor }))).toMatchObject(refused);
    }
    expect(await sent({ cursor: ofThis })).toEqual({ invitations: [], nextCursor: '' });
    expect(await received(guest, { cursor: ofThis })).toEqual({ invitations: [], nextCursor: '' });
    expect(await errorOf(sent({ limit: 101 }))).toMatchObject({
      field: 'limit',
      message: 'limit must be at most 100',
    });
  });
});

describe('the plan of a team', () => {
  afterEach(() => {
    teams.seats = undefined;
    teams.planError = undefined;
  });

  const invite = () =>
    errorOf(
      teams.client.inviteMember({
        actorUserId: owner.userId,
        teamId: team.teamId,
        email: `${newId('user')}@example.com`,
        role: TeamRole.MEMBER,
      }),
    );
  const full = { code: 'resource_exhausted', details: { reason: 'plan' } };

  it('says how many members and open invitations there may be', async () => {
    teams.seats = 3;
    await teams.member(owner, team.teamId);
    const { invitationId } = await teams.invite(owner, team.teamId, 'third@example.com');
    expect(await invite()).toMatchObject({ ...full, field: 'team_id' });
    await expire(invitationId);
    expect(await invite()).toMatchObject({ invitation: { state: InvitationState.OPEN } });
  });

  it('that has become smaller keeps its members, and lets nobody join', async () => {
    await teams.member(owner, team.teamId);
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    teams.seats = 2;
    expect(await accept(guest, invitationId)).toMatchObject({ ...full, field: 'invitation_id' });
    teams.seats = 3;
    expect(await accept(guest, invitationId)).toMatchObject({ team: { teamId: team.teamId } });
  });

  it('is the first one until billing has opened the account, and nobody joins while it is not known', async () => {
    teams.planError = status.NOT_FOUND;
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    expect(await invite()).toMatchObject(full);
    teams.planError = status.UNAVAILABLE;
    for (const refused of [await invite(), await accept(guest, invitationId)]) {
      expect(refused).toMatchObject({ code: 'unavailable' });
    }
  });
});
