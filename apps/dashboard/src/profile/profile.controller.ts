import type { User } from '@modelbridge/contracts/auth.v1';
import { profileRoutes, type Profile } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { AuthClient } from '../clients/clients.js';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';

/** What the person says about themselves. */
@Controller()
export class ProfileController {
  constructor(private readonly auth: AuthClient) {}

  @Answers(profileRoutes.get)
  async get(@SignedIn() { userId }: Session): Promise<Profile> {
    const { user } = await this.auth.getUser({ userId, actorUserId: userId });
    return profileOf(user);
  }

  @Answers(profileRoutes.change)
  async change(
    @SignedIn() { userId }: Session,
    @Asked() { body }: Parts<typeof profileRoutes.change>,
  ): Promise<Profile> {
    const { user } = await this.auth.updateUser({
      userId,
      actorUserId: userId,
      name: body.name,
      timeZone: body.time_zone,
      storeContent: body.store_content,
      preferences: undefined,
    });
    return profileOf(user);
  }
}

function profileOf(user: User | undefined): Profile {
  if (user === undefined) throw new Error('auth answered without a user');
  return {
    user_id: user.userId,
    name: user.name,
    email: user.email,
    time_zone: user.timeZone,
    store_content: user.storeContent,
    created_at: (user.createdAt ?? new Date(0)).toISOString(),
    restricted_at: user.restrictedAt?.toISOString(),
  };
}
