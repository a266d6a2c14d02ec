import { createHash } from 'node:crypto';
import { apiKeySha256, parseApiKey } from '@modelbridge/api-key';
import { Database } from '@modelbridge/service-kit/database';
import { RpcError } from '@modelbridge/service-kit/grpc';
import { Logger } from '@modelbridge/service-kit/logging';
import { Metrics } from '@modelbridge/service-kit/metrics';
import { Inject, Injectable } from '@nestjs/common';
import { KeyChangesService } from '../keys/key-changes.service.js';
import { KeysService } from '../keys/keys.service.js';
import { LeakMails } from './leak-mails.service.js';
import {
  isGenuine,
  tokensOf,
  type FoundToken,
  type PublicKeys,
  type SignedAlert,
} from './secret-scanning.js';

export interface Finding {
  /** Hex. */
  tokenSha256: string;
  tokenType: string;
  isKey: boolean;
}

/** GitHub's public keys. */
export const GITHUB_KEYS = Symbol('GitHubKeys');

/** Revokes keys that were found in public. */
@Injectable()
export class LeakedKeysService {
  private readonly alerts;

  constructor(
    @Inject(GITHUB_KEYS) private readonly publicKeys: PublicKeys,
    private readonly database: Database,
    private readonly keys: KeysService,
    private readonly changes: KeyChangesService,
    private readonly mails: LeakMails,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.alerts = metrics.counter({
      name: 'auth_leaked_tokens_total',
      help: 'Tokens that were reported as found in public',
      labelNames: ['result'],
    });
    // Of a counter that is first seen above 0 no increase is known.
    for (const result of ['revoked', 'not_genuine']) this.alerts.inc({ result }, 0);
  }

  /** Throws `unauthenticated` for an alert that GitHub has not signed, `invalid_argument` for what is none. */
  async report(alert: SignedAlert): Promise<Finding[]> {
    if (!isGenuine(alert, this.publicKeys)) {
      this.alerts.inc({ result: 'not_genuine' });
      throw new RpcError('unauthenticated', 'the alert is not signed with a known key');
    }
    const tokens = tokensOf(alert.body);
    if (tokens === undefined) {
      throw new RpcError('invalid_argument', 'body is not an alert of secret scanning', {
        field: 'body',
      });
    }
    const findings: Finding[] = [];
    for (const found of tokens) {
      const result = await this.take(found);
      this.alerts.inc({ result });
      const tokenSha256 = createHash('sha256').update(found.token).digest('hex');
      findings.push({ tokenSha256, tokenType: found.type, isKey: result !== 'unknown' });
    }
    return findings;
  }

  private async take(found: FoundToken): Promise<'revoked' | 'rotated' | 'known' | 'unknown'> {
    const parts = parseApiKey(found.token);
    if (parts === undefined) return 'unknown';
    const match = await this.keys.findBySecret(apiKeySha256(found.token));
    // Of a revoked key nothing is kept that could tell its secret from another.
    if (match === undefined) {
      return (await this.keys.wasRevoked(parts.publicId)) ? 'known' : 'unknown';
    }
    const { key, secretExpiresAt } = match;
    const { source, url } = found;
    await this.database.transaction(async (tx) => {
      if (secretExpiresAt === undefined) {
        const revoked = await this.changes.revokeWithin(tx, key.keyId, 'leaked');
        if (revoked === undefined) return;
        await this.mails.add(tx, revoked, { ended: 'key', source, url });
      } else {
        await this.changes.endPrevious(tx, key.keyId);
        const secret = secretExpiresAt.toISOString();
        await this.mails.add(tx, key, { ended: 'previous_secret', source, url }, secret);
      }
    });
    this.logger.warn({ keyId: key.keyId, source }, 'a key was found in public');
    return secretExpiresAt === undefined ? 'revoked' : 'rotated';
  }
}
