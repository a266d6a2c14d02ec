const { existsSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, sep } = require('node:path');
const { compileFunction, SyntheticModule } = require('node:vm');
const { pathToFileURL } = require('node:url');
const { types } = require('node:util');
const { default: JestRuntime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;

/** Packages of this repository that keep no state: for all but their own tests they are as built, and load once too. */
const STATELESS = ['contracts'].map((name) => join(module.path, '..', '..', name));

/** As modules of this worker's realm, for all of its test files. */
const loaded = new Map();

/** What the modules of Jest have asked for. */
const jestParts = new Map();

/** The built file of a stateless package's source; undefined for every other. */
function builtOf(file, testPath) {
  const home = STATELESS.find((folder) => file.startsWith(`${folder}${sep}src${sep}`));
  if (home === undefined || testPath.startsWith(home + sep)) return undefined;
  const built = join(home, 'dist', file.slice(home.length + 5)).replace(/\.ts$/, '.js');
  return existsSync(built) ? built : undefined;
}

/** What Node gives an `import` of the file. */
function exportsOf(exported) {
  if (types.isModuleNamespaceObject(exported)) return { ...exported };
  const isRecord = ['object', 'function'].includes(typeof exported) && exported !== null;
  return { ...(isRecord && exported), default: exported, 'module.exports': exported };
}

/** Evaluated; a promise of that where Node cannot do it at once. */
function evaluated(module) {
  // Not unlinked in a Node that evaluates at once what waits for nothing.
  if (module.status !== 'unlinked') {
    module.evaluate().catch(() => undefined);
    return module;
  }
  return module
    .link(() => undefined)
    .then(() => module.evaluate())
    .then(() => module);
}

/**
 * Jest evaluates every module anew for every test file, which for what Nest, TypeORM and gRPC bring costs more
 * than most tests. Here packages are Node's own modules, evaluated once in a worker; only the sources of
 * this repository are made anew for each test file. Both are of one realm (`environment.cjs`).
 */
class Runtime extends JestRuntime {
  #testPath;

  constructor(...parameters) {
    super(...parameters);
    this.#testPath = this.esmLoader.testPath;
    this.esmLoader.getContext = () => undefined;
    this.executor.compile = (source, filename) => this.#compile(source, filename);
    const { resolveEsm, resolveEsmAsync } = this._resolution;
    Object.assign(this._resolution, {
      resolveEsm: (...asked) =>
        this.#registered(Reflect.apply(resolveEsm, this._resolution, asked)),
      resolveEsmAsync: async (...asked) =>
        this.#registered(await Reflect.apply(resolveEsmAsync, this._resolution, asked)),
    });
  }

  /** What Jest's part in a file is made of: only that part itself, which holds the file's tests, is made anew. */
  requireInternalModule(from, name) {
    const isPackage = /^[@a-z]/.test(name ?? '') && !this._resolution.isCoreModule(name);
    if (!isPackage) return super.requireInternalModule(from, name);
    const asked = `${name} of ${from}`;
    if (!jestParts.has(asked)) {
      jestParts.set(
        asked,
        this._environment.keepWhat(() => createRequire(from)(name)),
      );
    }
    return jestParts.get(asked);
  }

  /** What tests and sources ask `createRequire` for. */
  requireModule(from, name, options, isActual) {
    if (options?.isInternalModule || name === undefined || this._resolution.isCoreModule(name)) {
      return super.requireModule(from, name, options, isActual);
    }
    const file = this._resolution.resolveCjs(from, name);
    if (!file.includes(PACKAGES)) return super.requireModule(from, name, options, isActual);
    return this._environment.keepWhat(() => require(file));
  }

  /** A package's file is in the registry of modules before jest could load it. */
  #registered(file) {
    const shared = file.includes(PACKAGES) ? file : builtOf(file, this.#testPath);
    if (shared === undefined) return file;
    const registry = this.registries.getActiveEsmRegistry();
    const { href } = pathToFileURL(file);
    if (!registry.has(href)) registry.set(href, this.#loaded(shared));
    return file;
  }

  #loaded(file) {
    if (!loaded.has(file)) {
      const exported = exportsOf(this._environment.keepWhat(() => require(file)));
      const setExports = function () {
        for (const [name, value] of Object.entries(exported)) this.setExport(name, value);
      };
      const module = new SyntheticModule(Object.keys(exported), setExports, { identifier: file });
      loaded.set(file, evaluated(module));
    }
    return loaded.get(file);
  }

  /** Jest's own, for this realm instead of a context. */
  #compile(source, filename) {
    return compileFunction(source, this.executor.injectedModuleParameters, {
      filename,
      importModuleDynamically: (specifier, _function, attributes) =>
        this.executor.dynamicImport(specifier, filename, undefined, attributes),
    });
  }
}

module.exports = { __esModule: true, default: Runtime };
