import { formatUsd } from '@modelbridge/contracts';
import { findingLine } from '@modelbridge/ops';
import { seconds, type SoakOutcome } from './soak.js';

const shown = 40;

/** What a soak came to, for a person: counts, faults, recoveries, differences. */
export function report({ rounds, records, ...outcome }: SoakOutcome): string {
  const { asked, rows, charges, served } = records;
  const faults = rounds.flatMap((round) => round.faults);
  const missed = faults.flatMap(({ kind, missed: why }) =>
    why === undefined ? [] : [`${kind} (${why})`],
  );
  const byStatus = counted(
    asked.map(({ status, complete }) => `${status}${complete ? '' : ' cut'}`),
  );
  const sum = rows.reduce((all, { costNanoUsd }) => all + costNanoUsd, 0n);
  const lines = [
    `requests     ${asked.length}: ${listed(byStatus)}`,
    `usage rows   ${rows.length}: ${listed(counted(rows.map((row) => row.outcome)))}; estimated ${rows.filter((row) => row.estimated).length}`,
    `charges      ${charges.length}, ${formatUsd(sum)} USD; written off ${formatUsd(outcome.writtenOffNanoUsd)} USD`,
    `sandbox      ${served.length} attempts`,
    `counters     seen ${outcome.looks.seen} times, ${outcome.looks.missed} times out of reach`,
    `faults       ${faults.length}: ${listed(counted(faults.map(({ kind }) => kind)))}`,
    `not done     ${missed.length}${missed.length > 0 ? `: ${listed(counted(missed))}` : ''}`,
    `recoveries   ${rounds.length}: serving again after at most ${longest(rounds.map((one) => one.servingAfterMs))}, ` +
      `everything charged after at most ${longest(rounds.map((one) => one.settledAfterMs))}`,
    ...outcome.findings.map(findingLine),
    `differences  ${outcome.differences.length}`,
    ...outcome.differences.slice(0, shown).map(({ kind, what }) => `  ${kind}: ${what}`),
  ];
  return lines.join('\n');
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const listed = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function longest(times: readonly (number | undefined)[]): string {
  return times.includes(undefined) ? 'never' : seconds(Math.max(...(times as number[])));
}
