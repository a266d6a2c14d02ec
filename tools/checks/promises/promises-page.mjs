// docs/privacy/promises.md: three tables, under the headings below. A statement is named by its number and its first words,
// `§3/6 API request and response`; a test by its file and its full name, `apps/x/src/y.test.ts`: "does z".

export const headings = {
  kept: 'Kept',
  unkept: 'Not kept by code yet',
  nothing: 'Statements that promise nothing',
};

function rowsUnder(markdown, heading) {
  const section = markdown.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .replaceAll('\\|', '\u0000')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\u0000', '|')),
  );
}

function partsOf(cell = '') {
  return cell
    .split('<br>')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** `§3/6 First words` of a cell. */
function statementsOf(cell) {
  return partsOf(cell).map((part) => {
    const [, id, words] = /^(§[\d.]+\/\d+) (.+)$/.exec(part) ?? [];
    return { id, words, part };
  });
}

function proofsOf(cell) {
  return partsOf(cell).map((part) => {
    const [, file, name] = /^`([^`]+)`: "(.+)"$/.exec(part) ?? [];
    return { file, name, part };
  });
}

/** What the page says: `{kept, unkept, nothing}`, each a list of `{statements, ...}`. */
export function pageOf(markdown) {
  const table = (heading) =>
    rowsUnder(markdown, heading).map(([statements, text, ...cells]) => ({
      statements: statementsOf(statements),
      text,
      cells,
    }));
  return {
    kept: table(headings.kept).map(({ cells: [where, proofs], ...row }) => ({
      ...row,
      where,
      proofs: proofsOf(proofs),
    })),
    unkept: table(headings.unkept),
    nothing: table(headings.nothing),
  };
}
