import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { declaredAccess } from './tools/checks/declared-access.mjs';
import { OUTGOING_EXCEPTIONS, outgoingRules, SERVER_CODE } from './tools/checks/outgoing-requests.mjs';

export default defineConfig(
  { ignores: ['**/dist/', '**/bundle/', '**/generated/', '**/node_modules/', '.nx/', '.steelyard*/', 'plugins/models/', 'tools/demo/app/', '**/fixtures/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    ignores: ['apps/portal/**'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Settings are read once, in libs/platform/config.' }],
    },
  },
  {
    files: ['libs/domains/**/*.ts', 'libs/protocols/**/*.ts', 'apps/api/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    plugins: { steelyard: { rules: { 'declared-access': declaredAccess } } },
    rules: { 'steelyard/declared-access': 'error' },
  },
  {
    files: SERVER_CODE,
    ignores: ['**/*.spec.ts', '**/*.fixture.ts', '**/spec/**', '**/testing/**', ...Object.keys(OUTGOING_EXCEPTIONS)],
    rules: outgoingRules,
  },
  {
    files: ['apps/portal/src/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './apps/portal/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['libs/platform/config/**', 'libs/runner/**', 'sdk/cli/**', 'sdk/client/**', 'plugins/runtimes/**', 'libs/engine/**', 'tools/**', 'test/**', '**/*.spec.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Answers of a server under test are what they are; `any` keeps the tests readable.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', performance: 'readonly', URL: 'readonly', Buffer: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', WebAssembly: 'readonly' } },
  },
);
