import { formatUsd } from '@modelbridge/contracts';
import { invalidArgument, readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating, type Refusals } from '../ops-error.js';
import { referenceArgument } from '../references.js';
import { parseUsd } from '../usd.js';

const requestOption: [string, string] = [
  '--request R',
  "the request (req_...): a reply's x-request-id",
];

function unknownCharge(requestId: string): Refusals {
  return {
    'not_found request_id': ['request', `${requestId} has no charge: it is unknown, or on its way`],
  };
}

export const chargeShow = opsCommand({
  usage: 'charge show --request R',
  summary: 'Shows what a request was charged, by what it was paid, and what was given back.',
  options: [requestOption],
  prints:
    '{requestId, accountId, keyId, transactionId, grantedTransactionIds, postedAt} and charged, granted, overrun and corrected, each in USD and nano-USD.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['request'], optional: [] });
    const requestId = idArgument('request', flags['request'] ?? '', 'request');
    const { billing } = await services();
    const found = billing.getCharge({ requestId });
    const { charge } = await translating(found, unknownCharge(requestId));
    if (charge === undefined) throw new Error('billing answered without a charge');
    const { chargedNanoUsd, grantedNanoUsd, overrunNanoUsd, correctedNanoUsd, ...rest } = charge;
    return {
      ...rest,
      ...money('charged', chargedNanoUsd),
      ...money('granted', grantedNanoUsd),
      ...money('overrun', overrunNanoUsd),
      ...money('corrected', correctedNanoUsd),
    };
  },
});

export const chargeCorrect = opsCommand({
  usage: 'charge correct --request R [--usd X] --reference R',
  summary:
    'Gives a part or all of a charge back, once for each reference, and never more than the charge in all.',
  options: [
    requestOption,
    ['--usd X', 'how much, such as 0.02; all that is left without it'],
    ['--reference R', 'what tells this correction from others, such as the number of a ticket'],
  ],
  prints:
    '{requestId, accountId, grantId, transactionIds} and paid and granted, each in USD and nano-USD; the same again for a reference that was used.',
  uses: ['billing'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['request', 'reference'], optional: ['usd'] });
    const requestId = idArgument('request', flags['request'] ?? '', 'request');
    const amountNanoUsd = flags['usd'] === undefined ? undefined : parseUsd(flags['usd'], 'usd');
    if (amountNanoUsd === 0n) throw invalidArgument('usd', '--usd must be more than 0');
    const reference = referenceArgument(flags['reference'] ?? '');
    const { billing } = await services();
    const correcting = billing.correctCharge({
      requestId,
      amountNanoUsd,
      idempotencyKey: `operator:${requestId}:${reference}`,
    });
    const { accountId, grantId, transactionIds, ...amounts } = await translating(correcting, {
      ...unknownCharge(requestId),
      request_id: ['request', 'all of this charge was given back'],
      amount_nano_usd: ['usd', '--usd is more than is left of the charge: charge show tells it'],
      'already_exists idempotency_key': [
        'reference',
        `another amount was given back under --reference ${reference}: give a new one`,
      ],
    });
    return {
      requestId,
      accountId,
      grantId: grantId || null,
      transactionIds,
      ...money('paid', amounts.paidNanoUsd),
      ...money('granted', amounts.grantedNanoUsd),
    };
  },
});

function money(name: string, nanoUsd: bigint): Record<string, string> {
  return { [`${name}Usd`]: formatUsd(nanoUsd), [`${name}NanoUsd`]: nanoUsd.toString() };
}
