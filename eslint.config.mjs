import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/bundle/**',
      '**/gen/**',
      '**/node_modules/**',
      '.local/**',
      '.turbo/**',
      'deploy/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      // Nest reads constructor parameter types at run time: an import that looks type-only may not be.
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/dashboard-web/src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      // Of the React compiler, which is not used.
      'react-hooks/incompatible-library': 'off',
      'no-restricted-globals': [
        'error',
        { name: 'parseFloat', message: 'Money and tokens are bigint.' },
        { name: 'fetch', message: 'Ask through src/api.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'What comes from users is shown as text.',
        },
        {
          selector: 'JSXAttribute[name.name="srcDoc"]',
          message: 'What comes from users is shown as text.',
        },
      ],
    },
  },
  {
    // These speak to a person at a terminal.
    files: ['tools/**', 'tests/**', 'examples/**'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts', 'tools/ops/src/**/*.ts'],
    ignores: [
      '**/*.test.ts',
      'apps/*/src/config.ts',
      'tools/ops/src/config.ts',
      'packages/service-kit/src/config/**',
      'packages/testing-kit/**',
      'packages/local-stack/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    // Money never meets a float.
    files: ['apps/billing/src/**/*.ts', 'apps/gateway/src/pricing/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'parseFloat', message: 'Money is bigint.' }],
    },
  },
);
