import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { MirrorService } from '../users/mirror.service.js';
import type { Person } from '../users/user.js';
import { ClerkRepository } from './clerk.repository.js';
import { ClerkService } from './clerk.service.js';
import { DeparturesService } from './departures.service.js';
import { effectOf, type Effect, type SignedWebhook, type WebhookOutcome } from './webhook.js';

/** What Clerk tells by webhook: at least once, in any order. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly clerk: ClerkService,
    private readonly repository: ClerkRepository,
    private readonly mirror: MirrorService,
    private readonly departures: DeparturesService,
  ) {}

  async apply(webhook: SignedWebhook): Promise<WebhookOutcome> {
    const effect = effectOf(await this.clerk.event(webhook));
    if (effect === undefined) return 'ignored';
    // As they are now, whatever the event says and however late it comes.
    const person =
      effect.kind === 'person' ? await this.clerk.person(effect.clerkUserId) : undefined;
    return this.database.transaction(async (tx) => {
      if (!(await this.repository.isFirst(tx, webhook.svixId))) return 'repeated';
      await this.take(tx, effect, person);
      return 'applied';
    });
  }

  private async take(tx: Tx, effect: Effect, person: Person | undefined): Promise<void> {
    if (effect.kind === 'session-ended') {
      await this.repository.endSession(tx, effect.sessionId);
    } else if (effect.kind === 'deleted') {
      await this.departures.depart(tx, effect.clerkUserId);
    } else if (person !== undefined) {
      await this.mirror.mirror(tx, person);
    }
  }
}
