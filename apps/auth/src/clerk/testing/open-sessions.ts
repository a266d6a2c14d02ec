import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { rpcErrorFrom } from '@modelbridge/service-kit/grpc';
import { OpenSessions } from '../open-sessions.service.js';
import { address, apply, auth, clerk, signIn } from './clerk-auth.js';

async function person() {
  const clerkId = clerk.add({ email: address() });
  const { userId } = await signIn(clerkId);
  const session = (): string => {
    const id = `sess_${randomUUID()}`;
    clerk.sessions.set(id, clerkId);
    return id;
  };
  const check = (sessionId: string) =>
    auth.client.checkSession({ sessionId, userId }).catch(rpcErrorFrom);
  return { clerkId, userId, session, check };
}

const ended = { code: 'unauthenticated', details: { reason: 'session-ended' } };

/** As after a restart: what Clerk said of sessions is not known. */
const forget = (): void =>
  auth.service.running.app.get(OpenSessions, { strict: false })['confirmedAtMs'].clear();

describe('a session of the web app', () => {
  it('goes on while it is active at Clerk, and Clerk is not asked each time', async () => {
    const { session, check } = await person();
    const id = session();
    expect(await check(id)).toEqual({});
    clerk.outage = 500;
    try {
      expect(await check(id)).toEqual({});
      forget();
      expect(await check(id)).toMatchObject({ code: 'unavailable' });
    } finally {
      clerk.outage = undefined;
    }
  });

  it('has ended as soon as a webhook says so, whatever Clerk said before', async () => {
    const { clerkId, session, check } = await person();
    const id = session();
    await check(id);
    await apply('session.revoked', { id, user_id: clerkId, status: 'revoked' });
    expect(await check(id)).toMatchObject(ended);
  });

  it('has ended where Clerk says so and no webhook came, or where it is somebody else’s', async () => {
    const [ada, grace] = [await person(), await person()];
    expect(await ada.check('sess_never')).toMatchObject(ended);
    expect(await ada.check(grace.session())).toMatchObject(ended);
    const nobody = `user_${'0'.repeat(26)}`;
    expect(
      await auth.client.checkSession({ sessionId: 'sess_1', userId: nobody }).catch(rpcErrorFrom),
    ).toMatchObject({ code: 'unauthenticated', details: { reason: 'user-deleted' } });
  });

  it('of a person who was deleted has ended', async () => {
    const { clerkId, session, check } = await person();
    const id = session();
    await check(id);
    clerk.people.delete(clerkId);
    await apply('user.deleted', { id: clerkId, deleted: true, object: 'user' });
    expect(await check(id)).toMatchObject({ details: { reason: 'user-deleted' } });
  });

  it('is listed to its person and ended by them; another person’s is left alone', async () => {
    const [ada, grace] = [await person(), await person()];
    const [own, other, hers] = [ada.session(), ada.session(), grace.session()];
    const listed = async () =>
      (await auth.client.listSessions({ actorUserId: ada.userId })).sessions.map(
        ({ sessionId }) => sessionId,
      );
    expect((await listed()).sort()).toEqual([own, other].sort());
    await auth.client.endSession({ actorUserId: ada.userId, sessionId: own });
    await auth.client.endSession({ actorUserId: ada.userId, sessionId: hers });
    expect(await listed()).toEqual([other]);
    expect(await ada.check(own)).toMatchObject(ended);
    expect(await grace.check(hers)).toEqual({});
  });
});
