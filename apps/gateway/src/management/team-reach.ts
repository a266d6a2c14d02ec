import { RequestError } from '../errors/request-error.js';
import type { Managing } from './manager.decorator.js';

interface OfTeam {
  actorUserId: string;
  teamId: string;
}

/** A team's key opens that team only: any other is 404 to it. */
export function ofOwnTeam({ actorUserId, teamId }: Managing, asked: string): OfTeam {
  if (teamId !== undefined && teamId !== asked) {
    throw RequestError.of('not_found', { message: 'There is no such team.', param: 'id' });
  }
  return { actorUserId, teamId: asked };
}

/** A team's key does nothing that is about the person alone. */
export function ofPerson({ actorUserId, teamId }: Managing): { actorUserId: string } {
  if (teamId !== undefined) {
    throw RequestError.of('permission_denied', {
      message: 'This key is a team’s. Send a personal management key for what is yours alone.',
    });
  }
  return { actorUserId };
}
