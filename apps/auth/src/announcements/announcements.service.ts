import { Mails } from '@modelbridge/mail';
import { Database } from '@modelbridge/service-kit/database';
import { Logger } from '@modelbridge/service-kit/logging';
import { KickedLoop } from '@modelbridge/service-kit/loops';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import type { NewPolicyVersion, PolicyVersion } from '../policies/policy-version.js';
import { UsersService } from '../users/users.service.js';
import { announcementBounds } from './bounds.js';
import { causePrefix, policyChangeMail } from '../policies/policy-change.js';
import { unreachable } from './policy-mail.js';

/** Publishes versions of the policy, has everybody told, and dates a version once everybody was. */
@Injectable()
export class AnnouncementsService implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private readonly loop: KickedLoop;
  private readonly waiting;

  constructor(
    private readonly database: Database,
    private readonly mails: Mails,
    private readonly policies: PoliciesService,
    private readonly users: UsersService,
    private readonly audit: AuditService,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.waiting = metrics.gauge({
      name: 'modelbridge_policy_mails_waiting',
      help: 'Accounts that are still to be told of an announced version of the policy, which takes no effect before',
    });
    this.loop = new KickedLoop(
      () => this.dateAnnounced(),
      (error) => logger.warn({ err: error }, 'whether all were told of a policy is not known yet'),
    );
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.loop.kick(), announcementBounds.everyMs);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.loop.kick();
  }

  /** `mails`: how many accounts are told of it. */
  publish(given: NewPolicyVersion): Promise<{ version: PolicyVersion; mails: number }> {
    return this.database.transaction(async (tx) => {
      const { version, isNew } = await this.policies.publish(tx, given);
      const { policyVersion, isMaterial } = version;
      const prefix = causePrefix(policyVersion, 'announced');
      if (!isNew)
        return { version, mails: (await this.mails.standing(policyChangeMail, prefix)).all };
      await this.audit.record(tx, {
        act: 'policy.published',
        accountId: null,
        details: { policy_version: policyVersion, is_material: String(isMaterial) },
      });
      if (!isMaterial) return { version, mails: 0 };
      let mails = 0;
      for await (const userIds of this.users.openByPages(tx, announcementBounds.usersPerPage)) {
        mails += userIds.length;
        await this.mails.addAll(
          tx,
          policyChangeMail,
          userIds.map((userId) => ({ cause: prefix + userId, facts: { policyVersion, userId } })),
        );
      }
      return { version, mails };
    });
  }

  /** Dates the announced version if its last mail is sent, by the time of that mail. */
  async dateAnnounced(): Promise<void> {
    const version = await this.policies.upcoming();
    if (version === undefined || !version.isMaterial || version.effectiveAt !== undefined) {
      this.waiting.set(0);
      return;
    }
    const { policyVersion } = version;
    const prefix = causePrefix(policyVersion, 'announced');
    await this.mails.sendAgain(policyChangeMail, prefix, unreachable);
    const { pending, lastEndedAt } = await this.mails.standing(policyChangeMail, prefix);
    this.waiting.set(pending);
    if (pending > 0) return;
    const effectiveAt = await this.database.transaction((tx) =>
      this.policies.announced(tx, version, lastEndedAt ?? version.publishedAt),
    );
    if (effectiveAt === undefined) return;
    const isLate = effectiveAt > version.plannedAt;
    const what = { policyVersion, effectiveAt, isLate };
    if (isLate)
      this.logger.error(what, 'a policy takes effect later than planned: mails were late');
    else this.logger.info(what, 'everybody was told of a policy, and it has its date');
  }
}
