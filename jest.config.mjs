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
  testEnvironmentOptions: {
    customExportConditions: ['@modelbridge/source', 'node', 'node-addons'],
  },
  globalSetup: '<rootDir>/packages/testing-kit/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing-kit/jest/global-teardown.mjs',
  // Most tests wait for other processes: two at a time use two cores.
  maxWorkers: 2,
  // A test that fails before it has closed its connections must not keep the run from ending.
  forceExit: true,
  testTimeout: 30_000,
};
