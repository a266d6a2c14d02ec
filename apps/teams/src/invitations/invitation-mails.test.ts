import { uuidOf } from '@modelbridge/contracts';
import type { Team } from '@modelbridge/contracts/teams.v1';
import { Mails } from '@modelbridge/mail';
import { mailRefusal } from '@modelbridge/mail/testing';
import { eventually } from '@modelbridge/testing-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestTeams, type TestPerson } from '../testing/test-teams.js';
import { invitationLetter } from './invitation-letter.js';

let teams: TestTeams;
let owner: TestPerson;
let team: Team;
beforeAll(async () => {
  teams = await TestTeams.start();
});
afterAll(() => teams.close());
beforeEach(async () => {
  teams.mailServer.before = () => undefined;
  teams.mailServer.taken.length = 0;
  owner = teams.person();
  team = await teams.team(owner);
});

/** As while the mail server takes nothing: until `open`, and the times of waiting are over. */
function shut(): { open(): Promise<void> } {
  teams.mailServer.before = () => {
    throw mailRefusal(451);
  };
  return {
    open: async () => {
      await teams.part(Mails).send();
      teams.mailServer.before = () => undefined;
      await teams.database.execute(`update mail set due_at = now() where state = 'pending'`);
      await teams.part(Mails).send();
    },
  };
}

const ofInvitation = (invitationId: string) =>
  teams.database.query<{ state: string; why: string | null }>(
    'select state, last_error as why from mail where cause like $1 order by created_at',
    [`${invitationId}:%`],
  );

const textOf = (mail: string): string =>
  mail.replaceAll(/=\r\n/g, '').replaceAll('=3D', '=').replaceAll('\r\n', '\n');

describe('an invitation', () => {
  it('is told by one mail to the address, which names no other', async () => {
    const { invitationId } = await teams.invite(owner, team.teamId, 'ada@example.com');
    await eventually(() => expect(teams.mailServer.taken).toHaveLength(1));
    const mail = textOf(teams.mailServer.taken[0] ?? '');
    expect(mail).toMatch(/^To: ada@example\.com$/m);
    expect(mail).toContain(`Team:       ${team.name}`);
    expect(mail).toContain('Invited by: N');
    expect(mail).toContain(`http://127.0.0.1:1/app/invitations/${invitationId}`);
    expect(mail).not.toContain(owner.email);
    await eventually(async () =>
      expect(await ofInvitation(invitationId)).toEqual([{ state: 'sent', why: null }]),
    );
    await teams.database.execute('update mail set due_at = now()');
    await teams.part(Mails).send();
    expect(teams.mailServer.taken).toHaveLength(1);
  });

  it('is told without the name of who invites while auth says none', async () => {
    teams.namesError = 14;
    await teams.invite(owner, team.teamId, 'ada@example.com').finally(() => undefined);
    await eventually(() => expect(teams.mailServer.taken).toHaveLength(1));
    teams.namesError = undefined;
    expect(textOf(teams.mailServer.taken[0] ?? '')).not.toContain('Invited by');
  });

  it.each([
    ['withdrawn', (teamInvitation: Reference) => teams.client.withdrawInvitation(teamInvitation)],
    [
      'accepted',
      ({ invitationId }: Reference, guest: TestPerson) =>
        teams.client.acceptInvitation({ actorUserId: guest.userId, invitationId }),
    ],
    [
      'declined',
      ({ invitationId }: Reference, guest: TestPerson) =>
        teams.client.declineInvitation({ actorUserId: guest.userId, invitationId }),
    ],
    [
      'expired',
      ({ invitationId }: Reference) =>
        teams.database.execute(
          `update team_invitation set expires_at = now() - interval '1 second' where id = $1`,
          [uuidOf('invitation', invitationId)],
        ),
    ],
    [
      'team_deleted',
      ({ actorUserId, teamId }: Reference) => teams.client.deleteTeam({ actorUserId, teamId }),
    ],
  ])('that is %s before its mail goes out is not told of', async (why, end) => {
    const { open } = shut();
    const guest = teams.person();
    const { invitationId } = await teams.invite(owner, team.teamId, guest.email);
    await end({ actorUserId: owner.userId, teamId: team.teamId, invitationId }, guest);
    await open();
    await eventually(async () =>
      expect(await ofInvitation(invitationId)).toEqual([{ state: 'unwanted', why }]),
    );
    expect(teams.mailServer.taken).toEqual([]);
  });

  it('that is sent again is told again, and once where the first mail still waited', async () => {
    const { open } = shut();
    const { invitationId } = await teams.invite(owner, team.teamId, 'bob@example.com');
    const again = { actorUserId: owner.userId, teamId: team.teamId, invitationId };
    await teams.client.resendInvitation(again);
    await open();
    const [first, second] = [
      { state: 'unwanted', why: 'sent_again' },
      { state: 'sent', why: null },
    ];
    await eventually(async () => expect(await ofInvitation(invitationId)).toEqual([first, second]));
    await teams.client.resendInvitation(again);
    await eventually(() => expect(teams.mailServer.taken).toHaveLength(2));
  });
});

interface Reference {
  actorUserId: string;
  teamId: string;
  invitationId: string;
}

describe('a letter', () => {
  it('has no name that people chose in a sentence of ours, and little of it in its subject', () => {
    const name = `Your account is closed. ${'x'.repeat(170)}`;
    const { paragraphs, subject } = invitationLetter(
      {
        invitationId: 'invitation_x',
        role: 'member',
        expiresAt: new Date(0),
        teamName: name,
        inviterName: name,
      },
      'https://app.example.com',
    );
    expect(paragraphs.join(' ')).not.toContain('Your account');
    expect(subject.length).toBeLessThan(110);
  });
});
