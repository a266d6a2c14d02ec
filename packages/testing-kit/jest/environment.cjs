const { AsyncLocalStorage } = require('node:async_hooks');
const process = require('node:process');
const { initializeGarbageCollectionUtils } = require('jest-util');
const { ModuleMocker } = require('jest-mock');

/** What an object's own properties are, to be put back. */
function propertiesOf(object) {
  return new Map(
    Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key)]),
  );
}

function putBack(object, before) {
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = before.get(key);
    if (descriptor === undefined) Reflect.deleteProperty(object, key);
    // Node replaces the accessors of its lazy globals itself.
    else if ('value' in descriptor && object[key] !== descriptor.value) {
      Reflect.defineProperty(object, key, descriptor);
    }
  }
  for (const [key, descriptor] of before) {
    if (!Object.hasOwn(object, key)) Reflect.defineProperty(object, key, descriptor);
  }
}

function listenersOf(emitter) {
  return new Map(emitter.eventNames().map((event) => [event, emitter.rawListeners(event)]));
}

function removeAdded(emitter, before) {
  for (const event of emitter.eventNames()) {
    for (const listener of emitter.rawListeners(event)) {
      if (!before.get(event)?.includes(listener)) emitter.removeListener(event, listener);
    }
  }
}

/**
 * Until the function that it returns is called, which ends every asynchronous context that was entered meanwhile.
 * Node asks each that has not ended about each promise that is made: Jest alone leaves one for each file.
 */
function noteContexts() {
  const noted = new Set();
  const { prototype } = AsyncLocalStorage;
  const { run, enterWith } = prototype;
  const noting = (method) =>
    function (...given) {
      noted.add(this);
      return Reflect.apply(method, this, given);
    };
  Object.assign(prototype, { run: noting(run), enterWith: noting(enterWith) });
  return () => {
    Object.assign(prototype, { run, enterWith });
    for (const context of noted) context.disable();
  };
}

function takeSnapshot() {
  return {
    globals: propertiesOf(globalThis),
    process: propertiesOf(process),
    environment: { ...process.env },
    listeners: listenersOf(process),
  };
}

/**
 * The worker's own realm for all of its test files, one after the other, so that they can share the packages
 * that `runtime.cjs` loads once. What a file changes of the realm (globals, the process's properties, its
 * environment and listeners, asynchronous contexts) is as before when it ends.
 */
class OneRealm {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  // A test has its own clock (`FakeClock`): the worker's is also jest's.
  fakeTimers = null;
  fakeTimersModern = null;
  #exportConditions;
  #before;
  #endContexts;

  constructor({ projectConfig }) {
    // Jest would empty every object that a test has left in a global.
    initializeGarbageCollectionUtils(globalThis, 'off');
    this.#exportConditions = projectConfig.testEnvironmentOptions.customExportConditions;
    this.#before = takeSnapshot();
    this.#endContexts = noteContexts();
  }

  /** What `load` adds to the realm belongs to a package that the next test files find loaded. */
  keepWhat(load) {
    const before = takeSnapshot();
    const loaded = load();
    const after = takeSnapshot();
    for (const part of ['globals', 'process', 'listeners']) {
      for (const [key, value] of after[part]) {
        if (!before[part].has(key)) this.#before[part].set(key, value);
      }
    }
    return loaded;
  }

  exportConditions() {
    return this.#exportConditions;
  }

  /** Only says that there is one: modules are compiled for this realm (`runtime.cjs`). */
  getVmContext() {
    return globalThis;
  }

  async setup() {}

  async teardown() {
    putBack(globalThis, this.#before.globals);
    putBack(process, this.#before.process);
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#before.environment)) delete process.env[name];
    }
    Object.assign(process.env, this.#before.environment);
    removeAdded(process, this.#before.listeners);
    this.#endContexts();
  }
}

module.exports = OneRealm;
