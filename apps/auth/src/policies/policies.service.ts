import { Database, type Tx } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { PoliciesRepository } from './policies.repository.js';
import { effectOf, type NewPolicyVersion, type PolicyVersion } from './policy-version.js';
import { isRepetition, requirePublishable } from './publishing.js';

/** The archive of the privacy policy, and which version is in force. */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly database: Database,
    private readonly repository: PoliciesRepository,
    private readonly clock: Clock,
  ) {}

  current(within: Tx | Database = this.database): Promise<PolicyVersion> {
    return this.repository.inForce(this.clock.now(), within);
  }

  /** Published, and not in force yet. */
  upcoming(within: Tx | Database = this.database): Promise<PolicyVersion | undefined> {
    return this.repository.upcoming(this.clock.now(), within);
  }

  /** Newest first. */
  list(): Promise<PolicyVersion[]> {
    return this.repository.list();
  }

  /** The version in force where none is named. */
  async get(policyVersion: string): Promise<{ version: PolicyVersion; document: string }> {
    const versions = await this.list();
    const version =
      policyVersion === ''
        ? await this.current()
        : versions.find((one) => one.policyVersion === policyVersion);
    const document = version && (await this.repository.document(version.policyVersion));
    if (version === undefined || document === undefined) {
      throw new RpcError('not_found', 'there is no such version of the policy', {
        field: 'policy_version',
      });
    }
    return { version, document };
  }

  /** Throws for a version that people cannot accept now: neither in force nor announced. */
  async requireAcceptable(policyVersion: string): Promise<void> {
    const current = await this.current();
    if (policyVersion === current.policyVersion) return;
    if (policyVersion === (await this.upcoming())?.policyVersion) return;
    throw new RpcError(
      'failed_precondition',
      `policy_version must be ${current.policyVersion}, the current one: show it and ask again`,
      { field: 'policy_version', details: { policyVersion: current.policyVersion } },
    );
  }

  /** Publishes a version; `isNew` is false where it was published before. Nobody's account opens until `tx` ends. */
  async publish(
    tx: Tx,
    given: NewPolicyVersion,
  ): Promise<{ version: PolicyVersion; isNew: boolean }> {
    await this.repository.lockForPublishing(tx);
    const versions = await this.repository.list(tx);
    const same = versions.find((one) => one.policyVersion === given.policyVersion);
    if (same !== undefined) {
      if (isRepetition(same, given)) return { version: same, isNew: false };
      throw new RpcError(
        'already_exists',
        'policy_version was published with another text or plan: a published version is never changed',
        { field: 'policy_version' },
      );
    }
    const now = this.clock.now();
    const planned = { ...given, plannedAt: given.plannedAt ?? now };
    requirePublishable(planned, versions[0], await this.upcoming(tx), now);
    await this.repository.insert(tx, planned, now);
    const version = (await this.repository.list(tx))[0];
    if (version === undefined) throw new Error('the version was not kept');
    return { version, isNew: true };
  }

  /** Dates a material version whose last mail went out then. */
  async announced(tx: Tx, version: PolicyVersion, lastMailAt: Date): Promise<Date | undefined> {
    const effectiveAt = effectOf(version.plannedAt, lastMailAt);
    const dates = { announcedAt: lastMailAt, effectiveAt };
    return (await this.repository.date(tx, version.policyVersion, dates)) ? effectiveAt : undefined;
  }

  /** The version that somebody whose account opens in this transaction has to be told of; held until it ends. */
  async newcomersAreToldOf(tx: Tx): Promise<PolicyVersion | undefined> {
    await this.repository.lockForNewcomer(tx);
    return this.upcoming(tx);
  }
}
