import { listPriceOf } from './prices.js';
import type { Asked, Counter, Difference, Records, Served, UsageRow } from './records.js';

/** What the books must agree on at the time that they are looked at. */
export interface Extent {
  /** Requests that ended before this must have arrived everywhere; milliseconds since the start of the soak. */
  settledBefore: number;
  /** Nothing runs any more: nothing may be held, and every row is charged. */
  atRest: boolean;
}

/**
 * Holds what callers saw, the usage ledger, billing and the sandbox against each other; empty where all agree.
 * What is told is wrong for good, but for what is `lost`, `uncharged` or `still held`, which may be on its way:
 * read again until it has come.
 */
export function compare(records: Records, extent: Extent): Difference[] {
  const index = indexOf(records);
  return [
    ...onceEach(records, index),
    ...ofCallers(records, index, extent),
    ...ofStrangers(records, index, extent),
    ...ofCharges(records, index, extent),
    ...ofMoney(records, extent),
  ];
}

interface Index {
  rows: Map<string, UsageRow>;
  asked: Map<string, Asked>;
  served: Map<string, Served[]>;
}

function indexOf({ rows, asked, served }: Records): Index {
  return {
    rows: new Map(rows.map((row) => [row.requestId, row])),
    asked: new Map(asked.map((one) => [one.requestId, one])),
    served: grouped(served, ({ nonce }) => nonce),
  };
}

/** No request has two rows or two charges, and of a request and its repetition only one costs anything. */
function onceEach({ rows, charges, asked }: Records, index: Index): Difference[] {
  const found: Difference[] = [
    ...repeated(rows).map((id) => twice(`${id} has several rows in the usage ledger`)),
    ...repeated(charges).map((id) => twice(`${id} has several charges in billing`)),
  ];
  for (const [nonce, same] of grouped(asked, (one) => one.nonce)) {
    const paid = same.filter(({ requestId }) => costOf(index.rows.get(requestId)) > 0n);
    if (paid.length > 1) {
      const ids = paid.map(({ requestId }) => requestId);
      found.push(twice(`${nonce} was paid for as ${ids.join(' and ')}`));
    }
  }
  return found;
}

const twice = (what: string): Difference => ({ kind: 'twice', what });

/** What each caller saw is what the ledger says. */
function ofCallers({ asked }: Records, index: Index, { settledBefore }: Extent): Difference[] {
  return asked.flatMap((one): Difference[] => {
    if (one.requestId === '' || !(one.endedAt !== undefined && one.endedAt <= settledBefore))
      return [];
    const row = index.rows.get(one.requestId);
    const wasServed = index.served.get(one.nonce)?.some(({ status }) => status === 200) ?? false;
    if (row === undefined) {
      if (one.status === 200) return [{ kind: 'lost', what: `${nameOf(one)} has no row` }];
      return [];
    }
    const found: Difference[] = [];
    if (one.complete && one.status !== 200 && costOf(row) > 0n) {
      found.push({
        kind: 'charged though refused',
        what: `${nameOf(one)} costs ${costOf(row)} nano-USD`,
      });
    }
    if (one.status === 200 && one.complete && row.outcome === 'crashed') {
      found.push({ kind: 'lost', what: `${nameOf(one)} came whole and is recorded as crashed` });
    }
    if (one.status === 200 && one.complete && costOf(row) === 0n) {
      found.push({ kind: 'lost', what: `${nameOf(one)} came whole and costs nothing` });
    }
    if (one.hasText && row.outcome !== 'crashed' && costOf(row) === 0n) {
      found.push({ kind: 'lost', what: `${nameOf(one)} delivered text and costs nothing` });
    }
    return [...found, ...countedWrongly(one, row, wasServed ? index.served.get(one.nonce) : [])];
  });
}

function countedWrongly(one: Asked, row: UsageRow, served: Served[] = []): Difference[] {
  if (row.estimated || row.outcome !== 'completed' || costOf(row) === 0n) return [];
  const found: Difference[] = [];
  const { tokens } = row;
  const input = totalInputOf(row);
  if (
    one.complete &&
    one.reported !== undefined &&
    (one.reported.inputTokens !== input || one.reported.outputTokens !== tokens.outputTokens)
  ) {
    const { inputTokens, outputTokens } = one.reported;
    found.push({
      kind: 'counted wrongly',
      what: `${nameOf(one)} was told ${inputTokens} + ${outputTokens} tokens, its row says ${input} + ${tokens.outputTokens}`,
    });
  }
  const known = served.filter((attempt) => attempt.tokens !== null);
  if (known.length > 0 && !known.some((attempt) => isSame(attempt.tokens, tokens))) {
    const told = known.map((attempt) => JSON.stringify(attempt.tokens)).join(', ');
    found.push({
      kind: 'counted wrongly',
      what: `${nameOf(one)} was made of ${told}, its row says ${JSON.stringify(tokens)}`,
    });
  }
  return found;
}

/**
 * Rows whose request id no caller has seen belong to requests whose head did not come. There are not more of them
 * than of such requests, and not fewer than of those of them that a provider has served.
 */
function ofStrangers(
  { asked, rows }: Records,
  index: Index,
  { settledBefore, atRest }: Extent,
): Difference[] {
  const strangers = grouped(
    rows.filter(({ requestId }) => !index.asked.has(requestId)),
    ({ keyId }) => keyId,
  );
  const headless = grouped(
    asked.filter(({ requestId }) => requestId === ''),
    ({ keyId }) => keyId,
  );
  const keys = new Set([...strangers.keys(), ...headless.keys()]);
  return [...keys].flatMap((keyId): Difference[] => {
    const theirs = strangers.get(keyId)?.length ?? 0;
    const mine = headless.get(keyId) ?? [];
    if (theirs > mine.length) {
      const ids = (strangers.get(keyId) ?? []).map(({ requestId }) => requestId).join(', ');
      return [twice(`${keyId}: ${theirs} rows of ${mine.length} requests without a reply: ${ids}`)];
    }
    const nonces = new Set(
      mine
        .filter(({ endedAt }) => atRest || (endedAt !== undefined && endedAt <= settledBefore))
        .filter(({ nonce }) => index.served.get(nonce)?.some(({ status }) => status === 200))
        .map(({ nonce }) => nonce),
    );
    // A repetition may have seen the id of what was served.
    const unseen = [...nonces].filter((nonce) => !hasRow(nonce, asked, index));
    return theirs < unseen.length
      ? [
          {
            kind: 'lost',
            what: `${keyId}: ${unseen.length} requests without a reply were served, ${theirs} have a row`,
          },
        ]
      : [];
  });
}

function hasRow(nonce: string, asked: readonly Asked[], index: Index): boolean {
  return asked.some((one) => one.nonce === nonce && index.rows.has(one.requestId));
}

/** Each row is priced by the list and charged as it says; each charge has its row. */
function ofCharges({ rows, charges }: Records, index: Index, extent: Extent): Difference[] {
  const charged = new Map(charges.map((charge) => [charge.requestId, charge]));
  const found: Difference[] = charges
    .filter(({ requestId }) => !index.rows.has(requestId))
    .map(({ requestId }) => ({
      kind: 'charged without usage',
      what: `${requestId} has a charge and no row`,
    }));
  for (const row of rows) {
    const price = listPriceOf(row.model, row.tokens);
    const cost = row.costNanoUsd + row.overrunNanoUsd;
    if (row.estimated ? cost > price : cost !== price) {
      const what = `${row.requestId} (${row.model}) costs ${cost}, by the list ${price} nano-USD for ${JSON.stringify(row.tokens)}`;
      found.push({ kind: 'priced wrongly', what });
    }
    const charge = charged.get(row.requestId);
    const asked = index.asked.get(row.requestId);
    const isDue =
      extent.atRest || (asked?.endedAt !== undefined && asked.endedAt <= extent.settledBefore);
    if (charge === undefined) {
      if (isDue)
        found.push({ kind: 'uncharged', what: `${row.requestId} has a row and no charge` });
    } else if (charge.chargedNanoUsd + charge.overrunNanoUsd !== cost) {
      const what = `${row.requestId} costs ${cost}, charged ${charge.chargedNanoUsd} + ${charge.overrunNanoUsd}`;
      found.push({ kind: 'sums differ', what });
    } else if (isDue && charge.chargedNanoUsd !== row.costNanoUsd) {
      const what = `${row.requestId} does not know its overrun of ${charge.overrunNanoUsd}`;
      found.push({ kind: 'uncharged', what });
    }
  }
  return found;
}

/** What an account has used is the sum of its charges, and at rest nothing is held. */
function ofMoney(records: Records, { atRest }: Extent): Difference[] {
  const charged = grouped(records.charges, ({ accountId }) => accountId);
  const found = spentTooMuch(records);
  for (const counter of records.counters) {
    const { accountId, usedNanoUsd: used, heldNanoUsd: held } = counter;
    if (atRest && held !== 0n) {
      found.push({ kind: 'still held', what: `${scopeOf(counter)} holds ${held}` });
    }
    if (counter.scope !== 'account' || counter.period !== 'total') continue;
    const sum = (charged.get(accountId) ?? []).reduce((all, one) => all + one.chargedNanoUsd, 0n);
    if (sum !== used) {
      const what = `${scopeOf(counter)}: used ${used}, its charges are ${sum}`;
      found.push({ kind: 'sums differ', what });
    }
  }
  return found;
}

/** No scope spends more than its cap, and no account more than was paid in. */
export function spentTooMuch({
  counters,
  paidInNanoUsd,
}: Pick<Records, 'counters' | 'paidInNanoUsd'>): Difference[] {
  return counters.flatMap((counter): Difference[] => {
    const { accountId, usedNanoUsd: used, heldNanoUsd: held, lowered } = counter;
    const isBalance = counter.scope === 'account' && counter.period === 'total';
    const caps = [
      ...(counter.capNanoUsd === null || lowered ? [] : [counter.capNanoUsd]),
      ...(isBalance ? [paidInNanoUsd.get(accountId) ?? 0n] : []),
    ];
    return caps
      .filter((cap) => used + held > cap)
      .map((cap) => ({
        kind: 'overspent',
        what: `${scopeOf(counter)}: used ${used} + held ${held} of ${cap}`,
      }));
  });
}

const scopeOf = ({ scope, period, scopeId }: Counter): string => `${scope}.${period} of ${scopeId}`;

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}

function repeated(items: readonly { requestId: string }[]): string[] {
  const groups = grouped(items, ({ requestId }) => requestId);
  return [...groups].filter(([, same]) => same.length > 1).map(([id]) => id);
}

const costOf = (row: UsageRow | undefined): bigint =>
  row === undefined ? 0n : row.costNanoUsd + row.overrunNanoUsd;

const totalInputOf = ({ tokens }: UsageRow): number =>
  tokens.inputTokens +
  tokens.cacheReadTokens +
  tokens.cacheWrite5mTokens +
  tokens.cacheWrite1hTokens;

const nameOf = ({ requestId, nonce, model, status }: Asked): string =>
  `${requestId} (${nonce}, ${model}, ${status})`;

function isSame(a: UsageRow['tokens'] | null, b: UsageRow['tokens']): boolean {
  return (
    a !== null &&
    (Object.keys(b) as (keyof UsageRow['tokens'])[]).every((name) => a[name] === b[name])
  );
}
