// Brings the pinned pnpm, the packages and the build up to date, each only when something changed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { out, ROOT, step, TOOLS } from './steps.mjs';

const SETUP_LOCK = path.join(ROOT, '.local', 'setup.lock');
const INSTALL_MARKER = path.join(ROOT, 'node_modules', '.modelbridge-install');
const BUILD_MARKER = path.join(ROOT, 'node_modules', '.modelbridge-build');
const BUNDLER = path.join(ROOT, 'tools', 'bundle.mjs');
const BUNDLER_PARTS = path.join(ROOT, 'tools', 'bundler');
const WORKSPACE_FOLDERS = ['apps', 'packages', 'tools', 'tests', 'examples'];

/** '' where there is no such file: another process may remove it between a look and a read. */
export function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return '';
  }
}

function workspaces() {
  return WORKSPACE_FOLDERS.map((folder) => path.join(ROOT, folder))
    .filter((folder) => fs.existsSync(folder))
    .flatMap((folder) => fs.readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((folder) => fs.existsSync(path.join(folder, 'package.json')))
    .sort();
}

function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function fingerprint(files) {
  const hash = createHash('sha256').update(
    `${process.version} ${process.platform} ${process.arch}`,
  );
  for (const file of files) {
    hash.update(`\0${path.relative(ROOT, file)}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function rootFiles(...names) {
  return names.map((name) => path.join(ROOT, name)).filter((file) => fs.existsSync(file));
}

async function bringPnpm() {
  const { packageManager } = JSON.parse(read(path.join(ROOT, 'package.json')));
  const version = packageManager.split('@').at(-1).split('+')[0];
  const manifest = read(path.join(TOOLS, 'node_modules', 'pnpm', 'package.json'));
  if (manifest !== '' && JSON.parse(manifest).version === version) return;
  fs.mkdirSync(TOOLS, { recursive: true });
  await step(`pnpm ${version}`, 'npm', [
    'install',
    '--prefix',
    TOOLS,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    `pnpm@${version}`,
  ]);
}

function upToDate(marker, wanted) {
  return read(marker) === wanted;
}

async function installPackages() {
  const wanted = fingerprint([
    ...rootFiles('pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', '.npmrc'),
    ...workspaces().map((folder) => path.join(folder, 'package.json')),
  ]);
  if (upToDate(INSTALL_MARKER, wanted)) return;
  fs.rmSync(BUILD_MARKER, { force: true });
  await step('packages', 'pnpm', [
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--config.confirmModulesPurge=false',
  ]);
  fs.writeFileSync(INSTALL_MARKER, wanted);
}

/** What runs as a process of its own. The web app is none: it runs in browsers. */
function isService(folder) {
  return (
    path.basename(path.dirname(folder)) === 'apps' &&
    fs.existsSync(path.join(folder, 'src', 'main.ts'))
  );
}

/** What its build reads besides `src`. */
function filesOfWebApp(folder) {
  const names = ['index.html', 'vite.config.ts', 'tsconfig.json'];
  return [
    ...names.map((name) => path.join(folder, name)).filter((file) => fs.existsSync(file)),
    ...filesBelow(path.join(folder, 'build')),
  ];
}

async function build() {
  const folders = workspaces();
  const wanted = fingerprint([
    ...rootFiles('.swcrc', 'turbo.json', 'tsconfig.json', 'package.json', 'pnpm-lock.yaml'),
    BUNDLER,
    ...filesBelow(BUNDLER_PARTS),
    ...filesBelow(path.join(ROOT, 'packages', 'service-kit', 'fixtures')),
    ...folders.flatMap((folder) => [
      path.join(folder, 'package.json'),
      ...filesBelow(path.join(folder, 'src')),
      ...filesOfWebApp(folder),
    ]),
  ]);
  const isThere = (...place) => fs.existsSync(path.join(...place));
  const built = folders.every(
    (folder) =>
      (isThere(folder, 'dist') || filesBelow(path.join(folder, 'src')).length === 0) &&
      (!isService(folder) || isThere(folder, 'bundle', 'main.cjs')),
  );
  if (built && upToDate(BUILD_MARKER, wanted)) return;
  const turbo = path.join(ROOT, 'node_modules', 'turbo', 'bin', 'turbo');
  await step('build', process.execPath, [turbo, 'run', 'build', '--output-logs=new-only']);
  await step('bundle', process.execPath, [BUNDLER]);
  fs.writeFileSync(BUILD_MARKER, wanted);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The lock appears with its holder in it: one without would be taken for that of a process that is gone. */
function takesLock() {
  const own = `${SETUP_LOCK}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, SETUP_LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Two stacks may be started at once: one sets up, the other waits for it. */
async function withSetupLock(run) {
  fs.mkdirSync(path.dirname(SETUP_LOCK), { recursive: true });
  for (let told = false; !takesLock();) {
    const holder = Number(read(SETUP_LOCK));
    // Given back meanwhile.
    if (holder === 0) continue;
    if (!isAlive(holder)) {
      fs.rmSync(SETUP_LOCK, { force: true });
      continue;
    }
    if (!told)
      out.write(`  · another set-up of this checkout is running (pid ${holder}), waiting\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => fs.rmSync(SETUP_LOCK, { force: true });
  process.on('exit', release);
  try {
    return await run();
  } finally {
    process.off('exit', release);
    release();
  }
}

export async function setUp() {
  await withSetupLock(async () => {
    await bringPnpm();
    await installPackages();
    await build();
  });
}
