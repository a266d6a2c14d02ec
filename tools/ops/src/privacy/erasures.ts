import { ErasureState, type Erasure } from '@modelbridge/contracts/retention.v1/erasure';
import { readFlags, invalidArgument } from '../arguments.js';
import { idArgument } from '../ids.js';
import { opsCommand } from '../ops-command.js';
import { translating } from '../ops-error.js';

const pageSize = 100;
const stateNames = new Map<unknown, string>(
  Object.entries(ErasureState).map(([name, state]) => [state, name.toLowerCase()]),
);
const prints =
  '{erasureId, state, cause, requestedAt, confirmedAt, executesAt, deadline, doneAt, waitingFor, parts: [{part, counts, completedAt}], userId, accountId}';

function printed(erasure: Erasure | undefined): object {
  if (erasure === undefined) throw new Error('retention answered without an erasure');
  const { state, parts, userId, accountId, ...rest } = erasure;
  return {
    ...rest,
    state: stateNames.get(state) ?? 'unknown',
    parts: parts.map(({ counts, ...part }) => ({ ...part, counts: numbersOf(counts) })),
    userId: userId || null,
    accountId: accountId || null,
  };
}

function numbersOf(counts: Record<string, bigint>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([kind, n]) => [kind, Number(n)]));
}

export const erasureList = opsCommand({
  usage: 'erasure list [--open yes]',
  summary: 'Lists erasures of people, the newest first.',
  options: [['--open yes', 'only those that are neither done nor cancelled']],
  prints: `{erasures: [${prints}]}; userId and accountId are null once it is done`,
  uses: ['retention'],
  async run(args, services) {
    const { open } = readFlags(args, { required: [], optional: ['open'] });
    if (open !== undefined && open !== 'yes') {
      throw invalidArgument('open', '--open takes yes; leave it out for all');
    }
    const { retention } = await services();
    const erasures: Erasure[] = [];
    let cursor = '';
    do {
      const page = await translating(
        retention.erasures.listErasures({ openOnly: open === 'yes', limit: pageSize, cursor }),
        {},
      );
      erasures.push(...page.erasures);
      cursor = page.nextCursor;
    } while (cursor !== '');
    return { erasures: erasures.map(printed) };
  },
});

export const erasureShow = opsCommand({
  usage: 'erasure show --id E',
  summary: 'Shows how far an erasure is, and which services have not answered.',
  options: [['--id E', 'the erasure (ers_...)']],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['id'], optional: [] });
    const erasureId = idArgument('erasure', flags['id'] ?? '', 'id');
    const { retention } = await services();
    const shown = translating(retention.erasures.showErasure({ erasureId }), {
      'not_found erasure_id': ['id', `there is no erasure ${erasureId}`],
    });
    return printed((await shown).erasure);
  },
});

export const erasureStart = opsCommand({
  usage: 'erasure start --user U',
  summary:
    'Erases a person everywhere, without their code and without a window in which it could be cancelled: of a minor, or of somebody who has asked by mail and is verified. Teams that they own go to who is next. It cannot be undone.',
  options: [['--user U', 'whose account it is (user_...)']],
  prints,
  uses: ['retention'],
  async run(args, services) {
    const flags = readFlags(args, { required: ['user'], optional: [] });
    const userId = idArgument('user', flags['user'] ?? '', 'user');
    const { retention } = await services();
    const started = translating(retention.erasures.startErasure({ userId }), {
      'not_found user_id': ['user', '--user is nobody that auth knows'],
    });
    return printed((await started).erasure);
  },
});
