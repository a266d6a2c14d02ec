// Runs a bundled file with what V8 has compiled of it before: the compiler is most of a service's start. Copied
// beside what it loads, so that images have it too.
const fs = require('node:fs');
const path = require('node:path');
const process = require('node:process');
const vm = require('node:vm');

/**
 * `name` holds the hash of the code: neither another build's code nor what was compiled of it is ever taken for
 * this one's. Compiled code is read only, from the build's own directory: who could change it could change the
 * code. Without it, or by another Node, the code is compiled as always.
 */
function load(module, require, name) {
  const file = path.join(module.path, `${name}.code`);
  const script = new vm.Script(fs.readFileSync(file, 'latin1'), {
    // The file that names the source map.
    filename: module.filename,
    cachedData: compiledOf(file),
  });
  load.onScript(file, script);
  const run = script.runInThisContext();
  run(module.exports, require, module, module.filename, module.path);
}

/** Told of every script; the build takes from it what is compiled. */
load.onScript = () => undefined;

/** Of this very Node. */
load.compiledFile = (file) => `${file}.${process.version}-${process.arch}`;

function compiledOf(file) {
  try {
    return fs.readFileSync(load.compiledFile(file));
  } catch {
    return undefined;
  }
}

module.exports = load;
