// What every npm script runs: sets the checkout up and does what was asked. Plain Node without
// dependencies.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { read, setUp } from './bootstrap/set-up.mjs';
import {
  childEnvironment,
  exitOf,
  ignoreStopSignals,
  out,
  ROOT,
  SetupError,
  wasStopped,
} from './bootstrap/steps.mjs';

const TESTING_KIT = path.join(ROOT, 'packages', 'testing-kit', 'jest');
const TEST_RESULTS = path.join(ROOT, '.local', 'test-results.json');
const OLDEST_NODE = [20, 19];
const MODULES = {
  start: 'launcher/dist/main.js',
  reset: 'launcher/dist/main.js',
  soak: 'soak/dist/main.js',
  prove: 'prove/dist/command-line.js',
  ops: 'ops/dist/command-line.js',
  verify: 'ops/dist/command-line.js',
};
const COMMANDS = [...Object.keys(MODULES), 'test', 'check'];

const [command = '', ...args] = process.argv.slice(2);

function checkMachine() {
  if (process.platform === 'win32') {
    throw new SetupError('ModelBridge runs on Linux and macOS. On Windows, use it inside WSL 2.');
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetupError(
    `ModelBridge needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n` +
      'Install the LTS release from https://nodejs.org, or with a version manager: nvm install --lts',
  );
}

/**
 * Runs every test. The last line is the sum over the whole run, whatever else was printed. Nothing that the
 * tests have started is left when this ends, also when it is told to stop.
 */
async function test(jestArgs) {
  fs.rmSync(TEST_RESULTS, { force: true });
  const { runIsRemoved } = await import(
    pathToFileURL(path.join(TESTING_KIT, 'run-directory.mjs')).href
  );
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      // Jest's workers inherit it.
      `--import=${pathToFileURL(path.join(TESTING_KIT, 'end-with-parent.mjs')).href}`,
      path.join('node_modules', 'jest', 'bin', 'jest.js'),
      '--config=jest.config.mjs',
      '--json',
      `--outputFile=${TEST_RESULTS}`,
      ...jestArgs,
    ],
    // The channel tells it when this process is gone.
    { cwd: ROOT, env: childEnvironment, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  const code = await exitOf(child);
  ignoreStopSignals();
  await runIsRemoved(child.pid);
  if (wasStopped(code)) return code;
  const results = read(TEST_RESULTS);
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numRuntimeErrorTestSuites = 0,
  } = results === '' ? { numFailedTests: 1 } : JSON.parse(results);
  out.write(`\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  return code;
}

/** Every check but the tests. */
function check() {
  const script = path.join('tools', 'checks', 'all.mjs');
  return exitOf(
    spawn(process.execPath, [script], { cwd: ROOT, env: childEnvironment, stdio: 'inherit' }),
  );
}

async function run() {
  checkMachine();
  if (!COMMANDS.includes(command)) {
    throw new SetupError(`Usage: node tools/bootstrap.mjs ${COMMANDS.join('|')} [options]`);
  }
  process.chdir(ROOT);
  await setUp();
  if (command === 'test') return test(args);
  if (command === 'check') return check();
  const { main } = await import(pathToFileURL(path.join(ROOT, 'tools', MODULES[command])).href);
  return main(command, args);
}

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n  ✗ ${error.message}\n\n`);
  // 1 would say that something was found.
  process.exitCode = ['verify', 'prove'].includes(command) ? 2 : 1;
}
// Not even a connection to a service that hangs keeps what is done from ending.
if (!['test', 'check'].includes(command)) process.exit();
