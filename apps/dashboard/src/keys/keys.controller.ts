import { keyRoutes, type Answer, type Key, type KeySecret } from '@modelbridge/dashboard-api';
import { Controller } from '@nestjs/common';
import { Answers } from '../routes/answers.decorator.js';
import { Asked } from '../routes/asked.decorator.js';
import type { Parts } from '../routes/parts.js';
import { Sensitive, SignedIn } from '../sessions/session.guard.js';
import type { Session } from '../sessions/session.js';
import { Keys, type Asking } from './keys.service.js';

@Controller()
export class KeysController {
  constructor(private readonly keys: Keys) {}

  @Answers(keyRoutes.list)
  list(
    @SignedIn() session: Session,
    @Asked() { params, query }: Parts<typeof keyRoutes.list>,
  ): Promise<Answer<typeof keyRoutes.list>> {
    return this.keys.page(asking(session, params), query);
  }

  @Answers(keyRoutes.get)
  get(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof keyRoutes.get>,
  ): Promise<Key> {
    return this.keys.get(asking(session, params), params.key_id);
  }

  @Answers(keyRoutes.create)
  @Sensitive()
  create(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof keyRoutes.create>,
  ): Promise<KeySecret> {
    return this.keys.create(asking(session, params), body);
  }

  @Answers(keyRoutes.update)
  update(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof keyRoutes.update>,
  ): Promise<Key> {
    return this.keys.update(asking(session, params), params.key_id, body);
  }

  @Answers(keyRoutes.rotate)
  @Sensitive()
  rotate(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof keyRoutes.rotate>,
  ): Promise<KeySecret> {
    return this.keys.rotate(asking(session, params), params.key_id, body.grace_seconds);
  }

  @Answers(keyRoutes.disable)
  disable(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof keyRoutes.disable>,
  ): Promise<Key> {
    return this.keys.change(asking(session, params), params.key_id, 'disableKey');
  }

  @Answers(keyRoutes.enable)
  enable(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof keyRoutes.enable>,
  ): Promise<Key> {
    return this.keys.change(asking(session, params), params.key_id, 'enableKey');
  }

  /** Asks for no proof: who finds a key in the wrong hands ends it at once. */
  @Answers(keyRoutes.revoke)
  revoke(
    @SignedIn() session: Session,
    @Asked() { params }: Parts<typeof keyRoutes.revoke>,
  ): Promise<Key> {
    return this.keys.change(asking(session, params), params.key_id, 'revokeKey');
  }

  @Answers(keyRoutes.setLimit)
  setLimit(
    @SignedIn() session: Session,
    @Asked() { params, body }: Parts<typeof keyRoutes.setLimit>,
  ): Promise<Key> {
    const limit = { period: params.period, limit_nano_usd: body.limit_nano_usd };
    return this.keys.setLimit(asking(session, params), params.key_id, limit);
  }
}

function asking({ userId }: Session, { account_id }: { account_id: string }): Asking {
  return { actorUserId: userId, accountId: account_id };
}
