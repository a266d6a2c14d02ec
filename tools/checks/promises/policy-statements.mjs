// Every sentence, point and row of a policy in Markdown, by the section that it stands in: `§3/6` is the sixth of section 3.

const heading = /^#{2,3} (\d+(?:\.\d+)?)\.? /;
// A full stop ends a sentence before a space and a capital, but not in "e.g. " and the like.
const sentenceEnd = /(?<!\b(?:e\.g|i\.e|etc))[.?!](?= [A-Z"])/g;

function sentencesOf(paragraph) {
  return paragraph
    .replace(sentenceEnd, (end) => `${end}\n`)
    .split('\n')
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

function blocksOf(markdown) {
  return markdown.split(/\n\n+/).map((block) => block.trim());
}

function statementsIn(block) {
  if (block.startsWith('- ')) {
    return block.split(/\n- /).flatMap((point) => sentencesOf(point.replace(/^- /, '')));
  }
  if (block.startsWith('|')) {
    const [, , ...rows] = block.split('\n');
    return rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join(' | '),
    );
  }
  // What introduces a list says nothing without it.
  return sentencesOf(block.replaceAll('\n', ' ')).filter((sentence) => !sentence.endsWith(':'));
}

/** `[{id: '§3/6', text}]`, in the order of the policy. */
export function statementsOf(markdown) {
  const statements = [];
  let section = '0';
  let count = 0;
  for (const block of blocksOf(markdown)) {
    const number = heading.exec(block)?.[1];
    if (number !== undefined) [section, count] = [number, 0];
    if (block.startsWith('#')) continue;
    for (const text of statementsIn(block)) statements.push({ id: `§${section}/${++count}`, text });
  }
  return statements;
}
