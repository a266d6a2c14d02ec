import { ConsentPurpose, ConsentSource, type Consent } from '@modelbridge/contracts/auth.v1';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

const purposes: Record<string, ConsentPurpose> = {
  terms: ConsentPurpose.TERMS,
  product_news: ConsentPurpose.PRODUCT_NEWS,
  service_statistics: ConsentPurpose.SERVICE_STATISTICS,
};
const names = Object.keys(purposes);

const sources: Partial<Record<ConsentSource, string>> = {
  [ConsentSource.PERSON]: 'person',
  [ConsentSource.OPERATOR]: 'operator',
};

function printed({ purpose, source, ...consent }: Consent): object {
  const name = names.find((one) => purposes[one] === purpose);
  return { purpose: name ?? null, ...consent, source: sources[source] ?? null };
}

const userOption: [string, string] = ['--user U', 'the person (user_...)'];

export const consentList = opsCommand({
  usage: 'consent list --user U',
  summary: 'Shows what a person has agreed to and what they object to, purpose by purpose.',
  options: [userOption],
  prints: '{consents: [{purpose, given, decidedAt, source, policyVersion, withdrawable}]}',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['user'], optional: [] });
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const { auth } = await services();
    const { consents } = await translating(auth.listConsents({ userId }), unknownUser(userId));
    return { consents: consents.map(printed) };
  },
});

export const consentSet = opsCommand({
  usage: 'consent set --user U --purpose P --given yes|no',
  summary: 'Gives or withdraws a consent, or objects, for a person who asked for it by mail.',
  options: [
    userOption,
    ['--purpose P', 'product_news or service_statistics'],
    ['--given yes|no', 'what they decided'],
  ],
  prints: '{purpose, given, decidedAt, source, withdrawable}',
  uses: ['auth'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['user', 'purpose', 'given'], optional: [] });
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const purpose = purposes[flags['purpose'] ?? ''];
    if (purpose === undefined) {
      throw invalidArgument('purpose', `--purpose must be one of ${names.join(', ')}`);
    }
    const given = flags['given'];
    if (given !== 'yes' && given !== 'no') {
      throw invalidArgument('given', '--given must be yes or no');
    }
    const { auth } = await services();
    const asked = auth.setConsent({ userId, purpose, given: given === 'yes' });
    const { consent } = await translating(asked, {
      ...unknownUser(userId),
      'failed_precondition purpose': [
        'purpose',
        'terms end with the account alone: have the account deleted',
      ],
    });
    if (consent === undefined) throw new Error('auth answered without a consent');
    return printed(consent);
  },
});

function unknownUser(userId: string): { user_id: [string, string] } {
  return { user_id: ['user', `there is no open account of ${userId}`] };
}
