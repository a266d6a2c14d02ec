// Holds docs/privacy/promises.md against the privacy policy, sentence by sentence, and against the tests that it names; then
// proves that it would notice: each planted fault must be found. With --results FILE (.local/test-results.json after a whole
// `npm test`) each named test must also have passed.
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { statementsOf } from './promises/policy-statements.mjs';
import { problemsOf, runnerOf } from './promises/problems.mjs';
import { pageOf } from './promises/promises-page.mjs';

const policyFile = 'docs/privacy/policy/2026-03-31.md';
const pageFile = 'docs/privacy/promises.md';

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const policy = readFileSync(policyFile, 'utf8');
const markdown = readFileSync(pageFile, 'utf8');

function check(policyText, pageText) {
  return problemsOf(statementsOf(policyText), pageOf(pageText), read);
}

const problems = check(policy, markdown);
const page = pageOf(markdown);

// The faults that matter, each planted into what is right.
const firstProof = page.kept[0]?.proofs[0];
const plants = {
  'a promise without a test': [
    policy,
    markdown.replace(`"${firstProof?.name}"`, '"a test that there is not"'),
  ],
  'a promise whose file is gone': [
    policy,
    markdown.replace(firstProof?.file ?? '', 'apps/none.test.ts'),
  ],
  'a promise whose file nobody runs': [
    policy,
    markdown.replaceAll('tests/e2e/system/erasure.ts', 'tests/e2e/erasure/saga.ts'),
  ],
  'a sentence that nothing stands for': [
    `${policy}\n\nWe promise a thing that nothing here knows.\n`,
    markdown,
  ],
  'a line that is neither a statement nor a proof': [
    policy,
    markdown.replace('\nKept in ', '\nSomewhere in '),
  ],
  'a sentence that was reworded': [
    policy.replace('This data cannot be recovered', 'That data cannot be found'),
    markdown,
  ],
};
for (const [name, [policyText, pageText]] of Object.entries(plants)) {
  const found = check(policyText, pageText).length;
  if (found <= problems.length) problems.push(`planted and not noticed: ${name}`);
}

const resultsAt = process.argv.indexOf('--results');
if (resultsAt !== -1) {
  const { testResults } = JSON.parse(readFileSync(process.argv[resultsAt + 1], 'utf8'));
  const passed = new Set(
    testResults.flatMap(({ name, status, assertionResults }) =>
      status === 'passed' && assertionResults.length > 0 ? [name] : [],
    ),
  );
  for (const file of new Set(
    page.kept.flatMap(({ proofs }) => proofs.map((proof) => proof.file)),
  )) {
    const ran = [...passed].some((name) => name.endsWith(`/${runnerOf(file, read)}`));
    if (!ran) problems.push(`${file} did not run, or has a test that failed`);
  }
}

for (const problem of problems) console.error(problem);
const statements = statementsOf(policy);
const tests = new Set(page.kept.flatMap(({ proofs }) => proofs.map(({ part }) => part)));
console.log(
  `${statements.length} statements of the policy: ${page.kept.length} promises kept, proved by ${tests.size} tests; ` +
    `${page.nothing.flatMap((row) => row.statements).length} promise nothing.`,
);
for (const { statements: stands, text, missing } of page.unkept) {
  console.log(`not kept by code yet: ${stands.map(({ id }) => id).join(', ')} ${text} ${missing}`);
}
if (problems.length > 0) process.exitCode = 1;
