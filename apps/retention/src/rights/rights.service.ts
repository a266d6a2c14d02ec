import { newId } from '@modelbridge/contracts';
import type { AuditAct } from '@modelbridge/contracts/audit';
import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { OwnParts } from '../own-parts/own-parts.service.js';
import { EffectsService } from './effects.service.js';
import { Fulfilments } from './fulfilments.service.js';
import { People } from './people.service.js';
import {
  effectOf,
  rightsBounds,
  type Effect,
  type MailedRequest,
  type Outcome,
  type PrivacyRequest,
  type Purpose,
  type RequestKind,
} from './privacy-request.js';
import { RightsRepository } from './rights.repository.js';

/** What people ask about their data, by form and by mail. */
@Injectable()
export class RightsService {
  constructor(
    private readonly database: Database,
    private readonly repository: RightsRepository,
    private readonly effects: EffectsService,
    private readonly people: People,
    private readonly fulfilments: Fulfilments,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    ownParts: OwnParts,
  ) {
    ownParts.addRows('privacy_requests', (tx, userId) => repository.removeOf(tx, userId));
  }

  /** By form: the person is who is signed in. */
  async create(
    userId: string,
    { kind, purpose }: { kind: RequestKind; purpose?: Purpose },
  ): Promise<PrivacyRequest> {
    // Confirmed by the code of a mail; without it nothing is erased.
    if (kind === 'erasure') await this.fulfilments.erasing.request(userId);
    const request = await this.database.transaction(async (tx) => {
      if ((await this.repository.countOpen(tx, userId)) >= rightsBounds.openPerPerson) {
        throw new RpcError(
          'resource_exhausted',
          `there are ${rightsBounds.openPerPerson} requests that are not closed: withdraw one`,
        );
      }
      const made = await this.repository.insert(
        tx,
        {
          requestId: newId('privacyRequest'),
          userId,
          kind,
          purpose,
          channel: 'form',
          state: 'open',
          receivedAt: this.clock.now(),
          effect: kind === 'erasure' ? undefined : effectOf(kind),
        },
        { verifiedBy: 'session' },
      );
      if (made === undefined) throw new Error('a request was not kept');
      await this.report(tx, 'privacy_request.received', made);
      return made;
    });
    return this.effected(request);
  }

  /** By mail, once for each reference. */
  async enter({ reference, ...mail }: MailedRequest): Promise<PrivacyRequest> {
    if (mail.userId !== undefined) await this.people.require(mail.userId);
    const request = await this.database.transaction(async (tx) => {
      const isReport = mail.kind === 'minor';
      const made = await this.repository.insert(
        tx,
        {
          ...mail,
          userId: mail.userId,
          purpose: mail.purpose,
          requestId: newId('privacyRequest'),
          channel: 'mail',
          state: isReport ? 'open' : 'unverified',
          effect: isReport ? effectOf(mail.kind) : undefined,
        },
        { reference },
      );
      if (made !== undefined) {
        await this.report(tx, 'privacy_request.received', made);
        return made;
      }
      const before = await this.repository.byReference(tx, reference);
      if (before === undefined) throw new Error('a request was not kept');
      return before;
    });
    return this.effected(request);
  }

  async verify(requestId: string, userId: string, verifiedBy: string): Promise<PrivacyRequest> {
    await this.people.require(userId);
    const request = await this.database.transaction(async (tx) => {
      const found = known(await this.repository.lock(tx, requestId));
      if (found.state !== 'unverified') throw refused('is verified, or closed');
      if (found.kind === 'erasure') await this.fulfilments.erasing.requireErasable(userId);
      const effect = effectOf(found.kind);
      await this.repository.update(tx, requestId, { state: 'open', effect, userId, verifiedBy });
      const verified = { ...found, state: 'open' as const, effect, userId };
      await this.report(tx, 'privacy_request.verified', verified);
      return verified;
    });
    return this.effected(request);
  }

  /** By staff; what was restricted goes on, and a minor, of whom it is true, is erased. */
  answer(requestId: string, outcome: Outcome): Promise<PrivacyRequest> {
    return this.close(requestId, outcome, undefined);
  }

  /** By the person. */
  withdraw(requestId: string, userId: string): Promise<PrivacyRequest> {
    return this.close(requestId, 'withdrawn', userId);
  }

  ofPerson(userId: string, most = rightsBounds.mostListed): Promise<PrivacyRequest[]> {
    return this.repository.ofPerson(userId, most);
  }

  open(): Promise<PrivacyRequest[]> {
    return this.repository.open(rightsBounds.mostOpenListed);
  }

  private async close(
    requestId: string,
    outcome: Outcome,
    byPerson: string | undefined,
  ): Promise<PrivacyRequest> {
    const before = known(await this.repository.find(requestId));
    if (byPerson !== undefined && before.userId !== byPerson) throw noRequest();
    const request = await this.database.transaction(async (tx) => {
      const found = known(await this.repository.lock(tx, requestId));
      if (found.state === 'closed') {
        if (found.outcome === outcome) return found;
        throw refused(`is closed: ${found.outcome}`);
      }
      const isUnderWay = found.effect !== undefined && found.effect !== 'archive';
      if (isUnderWay) throw refused('is under way: try again in a minute');
      const { userId } = found;
      const isMinor = found.kind === 'minor';
      const lifts =
        (found.state === 'in_effect' || isMinor) &&
        userId !== undefined &&
        !(await this.repository.isRestrictedBesides(tx, userId, requestId));
      const closedAt = this.clock.now();
      const effect: Effect | undefined =
        isMinor && outcome === 'fulfilled' ? 'erase' : lifts ? 'lift' : undefined;
      const closed = { ...found, state: 'closed' as const, outcome, closedAt, effect };
      await this.repository.update(tx, requestId, closed);
      await this.report(tx, 'privacy_request.closed', closed);
      return closed;
    });
    return this.effected(request);
  }

  /** With its effect, where auth could be told right now; else as it is, and the effect follows. */
  private async effected(request: PrivacyRequest): Promise<PrivacyRequest> {
    if (request.effect !== undefined) await this.effects.run();
    return known(await this.repository.find(request.requestId));
  }

  private report(
    tx: Tx,
    act: AuditAct,
    { requestId, userId, kind, outcome }: PrivacyRequest,
  ): Promise<void> {
    return this.audit.record(tx, {
      act,
      userId: userId ?? null,
      objectIds: [requestId, ...(userId === undefined ? [] : [userId])],
      details: { kind, ...(outcome !== undefined && { outcome }) },
    });
  }
}

function known(request: PrivacyRequest | undefined): PrivacyRequest {
  if (request === undefined) throw noRequest();
  return request;
}

function noRequest(): RpcError {
  return new RpcError('not_found', 'there is no such request', { field: 'request_id' });
}

function refused(why: string): RpcError {
  return new RpcError('failed_precondition', `the request ${why}`, { field: 'request_id' });
}
