import type { Part } from '../part.js';
import type { Proof } from '../prove.js';

const style = `
:root { color-scheme: light dark; --line: #8884; --good: #176b35; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --good: #6fd08c; --bad: #ff8a80; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { font-size: 1.15rem; font-weight: 600; border-left: .4rem solid; padding: .5rem 1rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 500; width: 60%; } td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
section { break-inside: avoid; } code { overflow-wrap: anywhere; font-size: .85em; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { break-after: avoid; } }
`;

/** A page for people: no script, nothing from elsewhere, fit to print. */
export function pageOf(proof: Proof): string {
  const { search, version } = proof;
  const title = `Evidence of ${proof.began_at.slice(0, 10)}`;
  const commit = version.commit === null ? 'no checkout' : version.commit.slice(0, 12);
  const figures: [string, string | number][] = [
    ['Began', proof.began_at],
    ['Took', `${proof.took_seconds} s`],
    ['Version', `${version.version}, ${commit}${version.changed ? ', changed since' : ''}`],
    ['System', `${proof.state}, Node ${version.node}, ${version.platform}`],
    ['Requests with canaries', number(proof.canaries_sent)],
    ['Files read', `${number(search.files)}, ${number(search.bytes)} bytes`],
    ['Tables read', `${number(search.tables)}, ${number(search.table_bytes)} bytes`],
    ['Packed members read', number(search.packed_members)],
    ['Texts looked for', number(search.texts.length)],
    ['Canaries found', number(search.hits.length)],
    ['Controls found', `${number(search.control_hits)} of ${number(search.controls)}`],
    ['Keys destroyed', number(proof.keys_destroyed)],
    ['Receipts verified', number(proof.receipts_verified)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)} · ModelBridge</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}: what ModelBridge promises about data</h1>
${verdictOf(proof)}
<h2>In figures</h2>
${tableOf(figures)}
<h2>What was looked at</h2>
${proof.parts.map(partOf).join('\n')}
<h2>What this does not prove</h2>
<ul>${proof.not_proved.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>
${hitsOf(proof)}
<h2>Forms in which each text was looked for</h2>
<p>${search.encodings.map(escaped).join(', ')}.</p>
<h2>The texts</h2>
<p>By what they were and their SHA-256: each was made for this run alone.</p>
${tableOf(search.texts.map(({ what, sha256 }) => [what, sha256]))}
</body>
</html>
`;
}

function verdictOf({ proved, parts }: Proof): string {
  const failed = parts.filter(({ problems }) => problems.length > 0).length;
  return proved
    ? '<p class="verdict good">Everything that was looked at is as promised.</p>'
    : `<p class="verdict bad">Not as promised: ${failed} of ${parts.length} parts.</p>`;
}

function partOf({ name, facts, problems }: Part): string {
  const isGood = problems.length === 0;
  const told = problems.map((problem) => `<li>${escaped(problem)}</li>`).join('');
  return `<section>
<h3><span class="${isGood ? 'good' : 'bad'}">${isGood ? 'As promised' : 'Not as promised'}</span>: ${escaped(name)}</h3>
${isGood ? '' : `<ul class="bad">${told}</ul>`}
${tableOf(Object.entries(facts))}
</section>`;
}

function hitsOf({ search: { hits } }: Proof): string {
  if (hits.length === 0) return '';
  const rows = hits.map(({ what, encoding, file, offset, within }): [string, string] => [
    `${what}, as ${encoding}${within.length > 0 ? ', packed' : ''}`,
    `${file} at ${offset}`,
  ]);
  return `<h2>Where canaries were found</h2>\n${tableOf(rows)}`;
}

function tableOf(rows: readonly [string, string | number][]): string {
  const lines = rows.map(
    ([name, value]) =>
      `<tr><th scope="row">${escaped(name)}</th><td>${escaped(typeof value === 'number' ? number(value) : value)}</td></tr>`,
  );
  return `<table>${lines.join('')}</table>`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
