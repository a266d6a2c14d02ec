import { describe, expect, it } from '@jest/globals';
import type { Answer, Invitation, Session, Team, teamRoutes } from '@modelbridge/dashboard-api';
import { eventually } from '@modelbridge/testing-kit';
import { acceptTerms } from './accept-terms.js';
import { signedIn } from './dashboard-stack.js';

type Members = Answer<typeof teamRoutes.members>;

describe('a team', () => {
  it('is made, led, handed over and left, and each sees of it what is theirs', async () => {
    const owner = await signedIn('team-owner@example.com');
    const guest = await signedIn('team-guest@example.com');
    await acceptTerms(owner);
    await acceptTerms(guest);
    const made = await owner.ask<Team>('POST', '/bff/teams', { name: 'Engines' });
    expect(made.body).toMatchObject({ name: 'Engines', role: 'owner' });
    const team = `/bff/teams/${made.body.team_id}`;
    const { body: session } = await owner.ask<Session>('GET', '/bff/session');
    expect(session.accounts.map(({ kind, name, role }) => ({ kind, name, role }))).toEqual([
      { kind: 'personal', name: 'Personal', role: 'owner' },
      { kind: 'team', name: 'Engines', role: 'owner' },
    ]);
    expect((await guest.refused('GET', team)).status).toBe(404);

    const invited = await owner.ask<Invitation>('POST', `${team}/invitations`, {
      email: 'team-guest@example.com',
      role: 'member',
    });
    expect(invited.body).toMatchObject({ state: 'open', team_name: 'Engines' });
    const { body: received } = await guest.ask<Answer<typeof teamRoutes.received>>(
      'GET',
      '/bff/invitations',
    );
    expect(received.items).toMatchObject([{ invitation_id: invited.body.invitation_id }]);
    const accept = `/bff/invitations/${invited.body.invitation_id}/accept`;
    expect((await guest.ask<Team>('POST', accept, {})).body).toMatchObject({ role: 'member' });

    const guestId = guest.session?.person.user_id ?? '';
    const member = `${team}/members/${guestId}`;
    await eventually(async () => {
      const limit = { month_limit_nano_usd: '3000000000' };
      expect((await owner.ask('PUT', `${member}/limit`, limit)).status).toBe(204);
    });
    const all = (await owner.ask<Members>('GET', `${team}/members`)).body;
    expect(all.items).toMatchObject([
      { role: 'owner', month_limit_nano_usd: null },
      { role: 'member', user_id: guestId, month_limit_nano_usd: '3000000000' },
    ]);
    const own = (await guest.ask<Members>('GET', `${team}/members`)).body;
    expect(own.items.map(({ user_id }) => user_id)).toEqual([guestId]);
    // What a member may not do is said, and not done.
    expect((await guest.refused('PATCH', team, { name: 'Mine' })).status).toBe(403);
    expect((await guest.refused('DELETE', team)).status).toBe(403);

    const settings = {
      ...made.body.settings,
      never_stored_only: true,
      key_makers: 'admins',
      default_key_day_nano_usd: '1000000000',
    };
    const changed = await owner.ask<Team>('PUT', `${team}/settings`, settings);
    expect(changed.body.settings).toEqual(settings);
    expect((await owner.ask('PUT', `${member}/role`, { role: 'admin' })).status).toBe(204);
    expect((await owner.ask<Team>('PATCH', team, { name: 'Looms' })).body.name).toBe('Looms');
    const moved = await owner.ask<Team>('POST', `${team}/transfer`, { user_id: guestId });
    expect(moved.body).toMatchObject({ owner_user_id: guestId, role: 'admin' });
    expect((await owner.ask('POST', `${team}/leave`, {})).status).toBe(204);
    expect((await owner.refused('GET', team)).status).toBe(404);
    expect((await guest.ask('DELETE', team)).status).toBe(204);
  });

  it('sends an invitation again or takes it back; who is removed is out', async () => {
    const owner = await signedIn('team-second@example.com');
    await acceptTerms(owner);
    const made = await owner.ask<Team>('POST', '/bff/teams', { name: 'Second' });
    const invitations = `/bff/teams/${made.body.team_id}/invitations`;
    const wrong = { email: 'nobody', role: 'member' };
    expect(await owner.refused('POST', invitations, wrong)).toMatchObject({
      status: 400,
      body: { error: { field: 'email' } },
    });
    const body = { email: 'team-late@example.com', role: 'member' };
    const { invitation_id: id } = (await owner.ask<Invitation>('POST', invitations, body)).body;
    expect((await owner.refused('POST', invitations, body)).status).toBe(409);
    const withdrawn = await owner.ask<Invitation>('DELETE', `${invitations}/${id}`);
    expect(withdrawn.body.state).toBe('withdrawn');
    const late = await signedIn('team-late@example.com');
    expect((await late.refused('POST', `/bff/invitations/${id}/accept`, {})).status).toBe(409);

    const again = (await owner.ask<Invitation>('POST', invitations, body)).body;
    expect(
      (await late.ask('POST', `/bff/invitations/${again.invitation_id}/accept`, {})).status,
    ).toBe(200);
    const lateId = late.session?.person.user_id ?? '';
    const team = `/bff/teams/${made.body.team_id}`;
    expect((await owner.ask('DELETE', `${team}/members/${lateId}`)).status).toBe(204);
    expect((await late.refused('GET', team)).status).toBe(404);
  });
});
