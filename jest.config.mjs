/** Sources are run as they are: packages resolve by the `@steelyard/source` condition, swc strips the types. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@steelyard/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  resolver: '<rootDir>/test/support/src/bundled-packages.cjs',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testMatch: ['<rootDir>/{apps,libs,plugins,sdk,test,tools}/**/*{.,.e2e-}spec.ts'],
  // `npm test -- --long` sets it.
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...(process.env.STEELYARD_LONG ? [] : ['<rootDir>/test/long/'])],
  modulePathIgnorePatterns: ['/dist/', '/apps/api/bundle/'],
  globalSetup: '<rootDir>/test/support/src/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/src/global-teardown.mjs',
  testSequencer: '<rootDir>/test/support/src/longest-first.mjs',
  reporters: ['default', '<rootDir>/test/support/src/report-times.mjs'],
  testTimeout: 30_000,
};
