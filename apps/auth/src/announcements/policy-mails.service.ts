import { Mails, type Draft, type Unsent } from '@modelbridge/mail';
import { Inject, Injectable } from '@nestjs/common';
import { AUTH_CONFIG, type AuthConfig } from '../config.js';
import { Clock } from '../policies/clock.js';
import { PoliciesService } from '../policies/policies.service.js';
import { effectOf } from '../policies/policy-version.js';
import { UsersService } from '../users/users.service.js';
import { policyChangeMail, type PolicyChange } from '../policies/policy-change.js';
import { policyLetter } from './policy-mail.js';

/** Writes the mails in which people are told of a change of the policy. */
@Injectable()
export class PolicyMails {
  constructor(
    mails: Mails,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    private readonly policies: PoliciesService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {
    mails.writtenBy(policyChangeMail, (change) => this.write(change));
  }

  private async write({ policyVersion, userId }: PolicyChange): Promise<Draft | Unsent> {
    const { email, name, closedAt } = await this.users.get(userId);
    if (closedAt !== undefined) return { state: 'unwanted', why: 'closed' };
    if (email === '') return { state: 'undeliverable', why: 'nobody' };
    const { version } = await this.policies.get(policyVersion);
    const effectiveAt = version.effectiveAt ?? effectOf(version.plannedAt, this.clock.now());
    return {
      to: { name, address: email },
      letter: policyLetter(version, effectiveAt, this.config.APP_URL),
      footer:
        'You get this mail because you have a ModelBridge account. It cannot be switched off.',
    };
  }
}
