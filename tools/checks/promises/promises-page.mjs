// docs/privacy/promises.md: three sections, under the headings below. In each a promise is a heading, and under it are the
// statements of the policy, each named by its number and its first words, `- §3/6 API request and response`; then where it is
// kept, and the tests by file and full name, - `apps/x/src/y.test.ts`: "does z". A list and not a table: a row that gets
// longer leaves the others as they are.

export const headings = {
  kept: 'Kept',
  unkept: 'Not kept by code yet',
  nothing: 'Statements that promise nothing',
};

/** The line that parts statements from proofs. */
const keptIn = /^Kept in (.+)\. Proved by:$/;
const missing = /^Missing: (.+)$/;

function statementOf(line) {
  const [, id, words] = /^- (§[\d.]+\/\d+) (.+)$/.exec(line) ?? [];
  return { id, words, part: line.slice(2) };
}

function proofOf(line) {
  const [, file, name] = /^- `([^`]+)`: "(.+)"$/.exec(line) ?? [];
  return { file, name, part: line.slice(2) };
}

function entryOf(text) {
  const [title, ...lines] = text.split('\n').map((line) => line.trim());
  const entry = { text: title, statements: [], proofs: [], where: '', missing: '', strange: [] };
  for (const line of lines.filter(Boolean)) {
    if (keptIn.test(line)) entry.where = keptIn.exec(line)[1];
    else if (missing.test(line)) entry.missing = missing.exec(line)[1];
    else if (!line.startsWith('- ')) entry.strange.push(line);
    else if (entry.where === '') entry.statements.push(statementOf(line));
    else entry.proofs.push(proofOf(line));
  }
  return entry;
}

/** What the page says: `{kept, unkept, nothing}`, each a list of `{text, statements, proofs, where, missing, strange}`. */
export function pageOf(markdown) {
  const sections = markdown.split(/^## /m);
  const under = (heading) => {
    const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? '';
    return section.split(/^### /m).slice(1).map(entryOf);
  };
  return Object.fromEntries(
    Object.entries(headings).map(([name, heading]) => [name, under(heading)]),
  );
}
