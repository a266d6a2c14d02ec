import type { PrivacyRequest } from '@modelbridge/contracts/retention.v1/rights';
import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating, type Refusals } from '../ops-error.js';
import { referenceArgument } from '../references.js';
import { timeArgument } from '../times.js';

const requestOption: [string, string] = ['--id P', 'the request (prq_...)'];
const prints =
  '{requestId, userId, kind, purpose, channel, state, outcome, receivedAt, dueAt, closedAt, effectPending}';

function printed(request: PrivacyRequest | undefined): object {
  if (request === undefined) throw new Error('retention answered without a request');
  const { userId, purpose, outcome, ...rest } = request;
  return { ...rest, userId: userId || null, purpose: purpose || null, outcome: outcome || null };
}

function refusals(requestId: string): Refusals {
  return {
    'not_found request_id': ['id', `there is no request ${requestId}`],
    'not_found user_id': ['user', '--user is nobody that auth knows'],
    'failed_precondition request_id': [
      'id',
      `${requestId} does not stand so that this can be done: privacy-request list shows it`,
    ],
  };
}

export const privacyRequestCreate = opsCommand({
  usage: 'privacy-request create --kind K [--purpose P] [--user U] --received TIME --reference R',
  summary:
    'Enters a request that came to the privacy address: it is to be answered within 30 days of when it came. Nothing of what it says is kept.',
  options: [
    [
      '--kind K',
      'access, rectification, erasure, restriction, objection, portability, consent_withdrawal, minor or other',
    ],
    ['--purpose P', 'of an objection or a withdrawal: product_news or service_statistics'],
    ['--user U', 'whose account it is about (user_...), where that is known'],
    ['--received TIME', 'when the mail came, in UTC'],
    ['--reference R', 'the number of the mail in its mailbox: entered twice, it is one request'],
  ],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, {
      required: ['kind', 'received', 'reference'],
      optional: ['purpose', 'user'],
    });
    const { user } = flags;
    const asked = {
      kind: flags['kind'] ?? '',
      purpose: flags['purpose'] ?? '',
      userId: user === undefined ? '' : idArgument('user', user, 'user'),
      receivedAt: timeArgument(flags['received'] ?? '', 'received'),
      reference: referenceArgument(flags['reference'] ?? ''),
    };
    const { retention } = await services();
    const entered = await translating(retention.rights.enterPrivacyRequest(asked), {
      ...refusals(''),
      received_at: ['received', '--received must be in the past, and within 60 days'],
    });
    return printed(entered.request);
  },
});

export const privacyRequestVerify = opsCommand({
  usage: 'privacy-request verify --id P --user U --method M',
  summary: 'Notes who asks, once that is certain; what the request asks for has its effect then.',
  options: [
    requestOption,
    ['--user U', 'who it is (user_...)'],
    [
      '--method M',
      'how that is known: account_address (the mail is from the address of the account, signed by its domain), code (they repeated one that was sent there) or document',
    ],
  ],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id', 'user', 'method'], optional: [] });
    const requestId = idArgument('privacyRequest', flags['id'] ?? '', 'id');
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const { retention } = await services();
    const asked = { requestId, userId, method: flags['method'] ?? '' };
    const verified = retention.rights.verifyPrivacyRequest(asked);
    return printed((await translating(verified, refusals(requestId))).request);
  },
});

export const privacyRequestAnswer = opsCommand({
  usage: 'privacy-request answer --id P --outcome fulfilled|refused',
  summary: 'Closes a request that was answered; a restriction ends with it.',
  options: [requestOption, ['--outcome O', 'fulfilled or refused']],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id', 'outcome'], optional: [] });
    const requestId = idArgument('privacyRequest', flags['id'] ?? '', 'id');
    const { retention } = await services();
    const asked = { requestId, outcome: flags['outcome'] ?? '' };
    const answered = retention.rights.answerPrivacyRequest(asked);
    return printed((await translating(answered, refusals(requestId))).request);
  },
});

export const privacyRequestList = opsCommand({
  usage: 'privacy-request list',
  summary: 'Lists the requests that are not closed, the first that is due first.',
  options: [],
  prints: `{requests: [${prints}]}`,
  uses: ['retention'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { retention } = await services();
    const { requests } = await retention.rights.listOpenPrivacyRequests({});
    return { requests: requests.map(printed) };
  },
});
