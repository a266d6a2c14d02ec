// Every check but the tests, one after another; stops at none so that one run shows all that is wrong.
import { spawnSync } from 'node:child_process';

const checks = [
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['eslint', '.', '--max-warnings', '0']],
  ['types', ['tsc', '--noEmit']],
  ['types of the web app', ['tsc', '--noEmit', '-p', 'apps/dashboard-web']],
  ['boundaries', ['node', 'tools/checks/boundaries.mjs']],
  ['a planted provider', ['node', 'tools/checks/planted-provider.mjs']],
  ['circles of feature folders', ['node', 'tools/checks/feature-circles.mjs']],
  ['unused code and dependencies', ['knip']],
  ['exports of packages', ['node', 'tools/checks/package-exports.mjs']],
  ['proto lint', ['buf', 'lint', 'packages/contracts/proto']],
  ['platforms', ['node', 'tools/checks/platforms.mjs']],
  ['generated code', ['node', 'tools/checks/generated.mjs']],
  ['promises of the privacy policy', ['node', 'tools/checks/promises.mjs']],
  ['the page of who may do what', ['node', 'tools/checks/access-page.mjs']],
];

const failed = [];
for (const [name, [command, ...args]] of checks) {
  const started = Date.now();
  const path = `node_modules/.bin:${process.env.PATH}`;
  const run = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${run.status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (run.status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exit(1);
}
