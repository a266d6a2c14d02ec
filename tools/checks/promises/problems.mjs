// What is wrong between a policy, the page of promises, and the tests.

/** How a name may be written in a test file. */
function spellingsOf(name) {
  return [
    `'${name.replaceAll("'", "\\'")}'`,
    `"${name.replaceAll('"', '\\"')}"`,
    `\`${name.replaceAll('`', '\\`')}\``,
  ];
}

/** Whether a file has a test of this name that runs; one of a table is named as it is written. */
function hasTest(source, name) {
  return spellingsOf(name).some((spelling) => {
    for (let at = source.indexOf(spelling); at !== -1; at = source.indexOf(spelling, at + 1)) {
      const before = source.slice(Math.max(0, at - 100), at).trimEnd();
      if (before.endsWith('(') && !/(?:\.skip|\.todo|\bxit|\bxtest|\bxdescribe)\($/.test(before)) {
        return true;
      }
    }
    return false;
  });
}

/**
 * The test file that runs a file: itself, or the one that has its folder's name and imports it, as tests/e2e/system.test.ts does
 * tests/e2e/system/top-up.ts. Undefined where nobody does.
 */
export function runnerOf(file, sourceOf) {
  if (file.endsWith('.test.ts')) return file;
  const [, folder, name] = /^(.+)\/([^/]+)\.ts$/.exec(file) ?? [];
  const own = folder?.split('/').at(-1);
  // Beside the folder, or in it, of its name.
  const runners = [
    [`${folder}.test.ts`, `import './${own}/${name}.js';`],
    [`${folder}/${own}.test.ts`, `import './${name}.js';`],
  ];
  return runners.find(([runner, imported]) => sourceOf(runner)?.includes(imported))?.[0];
}

function problemsOfProof({ file, name, part }, sourceOf, where) {
  if (file === undefined) return [`${where}: "${part}" names no test: write \`file\`: "name"`];
  const source = sourceOf(file);
  if (source === undefined) return [`${where}: there is no ${file}`];
  if (runnerOf(file, sourceOf) === undefined) return [`${where}: no test file runs ${file}`];
  return hasTest(source, name) ? [] : [`${where}: ${file} has no test "${name}"`];
}

/**
 * `statements` of the policy, the `page`, and `sourceOf(file)`, which is undefined for a file that is not there. Each problem
 * is a line.
 */
export function problemsOf(statements, page, sourceOf) {
  const texts = new Map(statements.map(({ id, text }) => [id, text]));
  const named = new Map();
  const problems = [];
  for (const [table, rows] of Object.entries(page)) {
    for (const { statements: stands, text, where, missing, proofs, strange } of rows) {
      const label = stands[0]?.id ?? `"${text}"`;
      if (stands.length === 0) problems.push(`${label} stands for no statement of the policy`);
      if (!text) problems.push(`${label} says nothing`);
      for (const line of strange) problems.push(`${label}: what is the line "${line}"?`);
      if (table === 'unkept' && !missing) problems.push(`${label}: what is missing?`);
      for (const { id, words, part } of stands) {
        const sentence = texts.get(id);
        if (sentence === undefined) problems.push(`the policy has no statement "${part}"`);
        else if (!sentence.startsWith(words)) {
          problems.push(`${id} begins with "${sentence.slice(0, 40)}", not with "${words}"`);
        }
        if (table !== 'kept' && named.has(id)) problems.push(`${id} is named twice`);
        named.set(id, table);
      }
      if (table !== 'kept') continue;
      if (!where) problems.push(`${label}: where is it kept?`);
      if (proofs.length === 0) problems.push(`${label} has no test`);
      problems.push(...proofs.flatMap((proof) => problemsOfProof(proof, sourceOf, label)));
    }
  }
  for (const { id, text } of statements) {
    if (!named.has(id)) problems.push(`nothing stands for ${id} "${text.slice(0, 60)}"`);
  }
  return problems;
}
