const { sep } = require('node:path');
const { compileFunction, SyntheticModule } = require('node:vm');
const { pathToFileURL } = require('node:url');
const { types } = require('node:util');
const { default: JestRuntime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;

/** As modules of this worker's realm, for all of its test files. */
const loaded = new Map();

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
  constructor(...parameters) {
    super(...parameters);
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

  /** What tests and sources ask `createRequire` for; what jest itself is made of is jest's. */
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
    if (!file.includes(PACKAGES)) return file;
    const registry = this.registries.getActiveEsmRegistry();
    const { href } = pathToFileURL(file);
    if (!registry.has(href)) registry.set(href, this.#loaded(file));
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
