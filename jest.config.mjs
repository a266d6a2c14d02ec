const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

export default {
  roots: [
    '<rootDir>/apps',
    '<rootDir>/packages',
    '<rootDir>/tools',
    '<rootDir>/examples',
    '<rootDir>/tests',
  ],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '/.local/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  testEnvironment: '<rootDir>/packages/testing-kit/jest/environment.cjs',
  runtime: '<rootDir>/packages/testing-kit/jest/runtime.cjs',
  // Tests import them.
  injectGlobals: false,
  testEnvironmentOptions: {
    customExportConditions: ['@modelbridge/source', 'node', 'node-addons'],
  },
  // Not in the machine's temporary directory: a run leaves nothing there.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  globalSetup: '<rootDir>/packages/testing-kit/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing-kit/jest/global-teardown.mjs',
  testSequencer: '<rootDir>/packages/testing-kit/jest/sequencer.mjs',
  // Most tests wait for other processes: of two at a time two cores are idle for a third of the time.
  maxWorkers: 3,
  // Even a single file runs in a worker, which does not keep the run from ending: what a test leaves open there
  // is waited for, and then said. By default a machine that is busy has half a second for it.
  workerIdleMemoryLimit: '2GB',
  workerGracefulExitTimeout: 30_000,
  // Only ends what hangs: no test is timed by it.
  testTimeout: 300_000,
};
