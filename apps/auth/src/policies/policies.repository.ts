import { Database, type Tx } from '@modelbridge/service-kit/database';
import { Injectable } from '@nestjs/common';
import { documentSha256, type NewPolicyVersion, type PolicyVersion } from './policy-version.js';

const columns = `to_char(version, 'YYYY-MM-DD') as "policyVersion", is_material as "isMaterial", summary,
  document_sha256 as "documentSha256", published_at as "publishedAt", planned_at as "plannedAt",
  announced_at as "announcedAt", effective_at as "effectiveAt"`;

type Row = Omit<PolicyVersion, 'announcedAt' | 'effectiveAt'> & {
  announcedAt: Date | null;
  effectiveAt: Date | null;
};

@Injectable()
export class PoliciesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(within: Tx | Database = this.database): Promise<PolicyVersion[]> {
    const rows = await within.query<Row>(
      `select ${columns} from policy_version order by version desc`,
    );
    return rows.map(versionOf);
  }

  /** The one in force at a time. */
  async inForce(at: Date, within: Tx | Database = this.database): Promise<PolicyVersion> {
    const [row] = await within.query<Row>(
      `select ${columns} from policy_version where effective_at <= $1
       order by effective_at desc, version desc limit 1`,
      [at],
    );
    if (row === undefined) throw new Error('no version of the policy is in force');
    return versionOf(row);
  }

  /** The newest that is published and not in force at a time. */
  async upcoming(
    at: Date,
    within: Tx | Database = this.database,
  ): Promise<PolicyVersion | undefined> {
    const [row] = await within.query<Row>(
      `select ${columns} from policy_version where effective_at is null or effective_at > $1
       order by version desc limit 1`,
      [at],
    );
    return row && versionOf(row);
  }

  async document(policyVersion: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ document: string }>(
      'select document from policy_version where version = $1',
      [policyVersion],
    );
    return row?.document;
  }

  /** Those that open accounts wait until it is known whom a new version has to be announced to, and the other way round. */
  async lockForPublishing(tx: Tx): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtext('policy_version'))`);
  }

  async lockForNewcomer(tx: Tx): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock_shared(hashtext('policy_version'))`);
  }

  async insert(
    tx: Tx,
    version: NewPolicyVersion & { plannedAt: Date },
    publishedAt: Date,
  ): Promise<void> {
    const { policyVersion, document, isMaterial, summary, plannedAt } = version;
    await tx.execute(
      `insert into policy_version
         (version, document, document_sha256, is_material, summary, published_at, planned_at, effective_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        policyVersion,
        document,
        documentSha256(document),
        isMaterial,
        summary,
        publishedAt,
        plannedAt,
        isMaterial ? null : plannedAt,
      ],
    );
  }

  /** Dates a version; false where it was dated before. */
  async date(
    tx: Tx,
    policyVersion: string,
    { announcedAt, effectiveAt }: { announcedAt: Date; effectiveAt: Date },
  ): Promise<boolean> {
    const dated = await tx.execute(
      `update policy_version set announced_at = $2, effective_at = $3
       where version = $1 and announced_at is null`,
      [policyVersion, announcedAt, effectiveAt],
    );
    return dated > 0;
  }
}

function versionOf({ announcedAt, effectiveAt, ...row }: Row): PolicyVersion {
  return {
    ...row,
    announcedAt: announcedAt ?? undefined,
    effectiveAt: effectiveAt ?? undefined,
  };
}
