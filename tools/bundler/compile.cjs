// Loads each bundled file once, and keeps what V8 has compiled of it by then:
//
//   node tools/bundler/compile.cjs <load.cjs> <file …>
//
// Services find no configuration and end; all of their code has been loaded by then.
const fs = require('node:fs');
const process = require('node:process');
const { setImmediate } = require('node:timers/promises');

const [loader, ...files] = process.argv.slice(2);
const load = require(loader);

const scripts = new Map();
load.onScript = (file, script) => scripts.set(file, script);

const { exit } = process;
process.exit = () => undefined;

async function main() {
  for (const file of files) require(file);
  // A service starts once its file has been loaded.
  await setImmediate();
  for (const [file, script] of scripts) {
    const compiled = load.compiledFile(file);
    fs.writeFileSync(`${compiled}.${process.pid}`, script.createCachedData());
    fs.renameSync(`${compiled}.${process.pid}`, compiled);
  }
  exit(0);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  exit(2);
});
