import type { LegalHold } from '@modelbridge/contracts/retention.v1/legal-holds';
import { readFlags } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating, type Refusals } from '../ops-error.js';
import { timeArgument } from '../times.js';

const holdOption: [string, string] = ['--id H', 'the hold (lhd_...)'];
const prints =
  '{holdId, userId, from, to, endsAt, state, proposedBy, confirmedBy, createdAt, endedAt, held}; state is proposed, active or ended';

function printed(hold: LegalHold | undefined): object {
  if (hold === undefined) throw new Error('retention answered without a hold');
  const { confirmedBy, endedAt, held, ...rest } = hold;
  return {
    ...rest,
    confirmedBy: confirmedBy ?? null,
    endedAt: endedAt ?? null,
    held: held.toString(),
  };
}

function refusals(holdId: string): Refusals {
  return {
    'not_found hold_id': ['id', `there is no legal hold ${holdId}: legal-hold list shows all`],
    'failed_precondition hold_id': [
      'id',
      `${holdId} is no proposal any more, or you have proposed it: somebody else of staff, with a certificate of their own, must confirm it`,
    ],
  };
}

function holdArgument(args: string[]): string {
  const { id = '' } = readFlags(args, { required: ['id'], optional: [] });
  return idArgument('legalHold', id, 'id');
}

export const legalHoldPropose = opsCommand({
  usage: 'legal-hold propose --user U --from TIME --to TIME --ends TIME',
  summary:
    'Asks that contents of a person be kept beyond their 30 days, as the law demands. Nothing is kept until somebody else of staff has confirmed it.',
  options: [
    ['--user U', 'whose contents (user_...)'],
    ['--from TIME', 'of requests that began from then on, in UTC'],
    ['--to TIME', 'and before then; it may lie ahead'],
    ['--ends TIME', 'when the hold ends by itself, at most two years ahead'],
  ],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['user', 'from', 'to', 'ends'], optional: [] });
    const asked = {
      userId: idArgument('user', flags['user'] ?? '', 'user'),
      from: timeArgument(flags['from'] ?? '', 'from'),
      to: timeArgument(flags['to'] ?? '', 'to'),
      endsAt: timeArgument(flags['ends'] ?? '', 'ends'),
    };
    const { retention } = await services();
    const { hold } = await translating(retention.legalHolds.proposeLegalHold(asked), {
      from: ['from', '--from must be before --to'],
      ends_at: ['ends', '--ends must lie ahead, and at most two years'],
    });
    return printed(hold);
  },
});

export const legalHoldConfirm = opsCommand({
  usage: 'legal-hold confirm --id H',
  summary:
    'Confirms a hold that somebody else of staff has proposed: what is there of it is kept from now on, and what comes. It lets nobody read.',
  options: [holdOption],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const holdId = holdArgument(args);
    const { retention } = await services();
    const confirmed = retention.legalHolds.confirmLegalHold({ holdId });
    return printed((await translating(confirmed, refusals(holdId))).hold);
  },
});

export const legalHoldEnd = opsCommand({
  usage: 'legal-hold end --id H',
  summary:
    'Ends a hold, or a proposal: its key is destroyed, with a receipt, and with it what was kept. It cannot be undone.',
  options: [holdOption],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const holdId = holdArgument(args);
    const { retention } = await services();
    const ended = retention.legalHolds.endLegalHold({ holdId });
    return printed((await translating(ended, refusals(holdId))).hold);
  },
});

export const legalHoldList = opsCommand({
  usage: 'legal-hold list',
  summary: 'Lists legal holds, the newest first, those that have ended included; at most 500.',
  options: [],
  prints: `{holds: [${prints}]}`,
  uses: ['retention'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { retention } = await services();
    const { holds } = await translating(retention.legalHolds.listLegalHolds({}), {});
    return { holds: holds.map(printed) };
  },
});
