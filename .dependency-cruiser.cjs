/** Who may import whom. tools/checks/boundaries.mjs plants a violation of each rule to prove that it bites. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'app-not-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'package-not-to-app',
      severity: 'error',
      comment: "The operators' command line is deployed too, and runs where no other tool is.",
      from: { path: '^(packages|tools/ops)/' },
      to: { path: '^(apps|tools|tests|examples)/', pathNot: '^$1/' },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'Contracts hold shapes: no Nest, no database, no other package.',
      severity: 'error',
      from: { path: '^packages/contracts/src' },
      to: { path: ['^packages/(?!contracts/)', 'node_modules/(@nestjs|typeorm|pg)/'] },
    },
    {
      name: 'llm-wire-is-pure',
      severity: 'error',
      from: { path: '^packages/llm-wire/src', pathNot: '\\.test\\.ts$' },
      to: {
        path: [
          '^packages/(?!llm-wire/|contracts/)',
          'node_modules/(@nestjs|typeorm|pg|undici|fastify)/',
        ],
      },
    },
    {
      name: 'llm-wire-does-no-io',
      severity: 'error',
      from: { path: '^packages/llm-wire/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(buffer|string_decoder|crypto)$' },
    },
    {
      name: 'rules-not-to-nest-or-sql',
      comment:
        'A file with no role in its name holds pure rules and types: it opens no transaction and sends nothing.',
      severity: 'error',
      from: {
        path: '^apps/(auth|billing|gateway|routing|usage-ledger|retention|teams)/src/[^/]+/[a-z0-9-]+\\.ts$',
        // The gateway's edge: what listens, and what hands a caller's key to Nest's controllers.
        pathNot: [
          '^apps/gateway/src/(ingress/gateway-server|keys/caller|usage/usage-publisher)\\.ts$',
          '/testing/',
        ],
      },
      to: {
        path: [
          'node_modules/(@nestjs|typeorm|pg|@grpc)/',
          '^packages/service-kit/src/(database|messaging|outbox)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'typeorm-only-in-repositories',
      comment:
        'The kit opens connections and transactions; in an app only repositories and entities know the mapper.',
      severity: 'error',
      from: { path: '^apps/', pathNot: '\\.(repository|entity)\\.ts$' },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'transport-not-to-repository',
      severity: 'error',
      from: { path: '\\.(grpc|consumer|controller)\\.ts$' },
      to: { path: '\\.repository\\.ts$' },
    },
    {
      name: 'feature-not-to-other-features-repository',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^apps/$1/src/[^/]+/.*\\.repository\\.ts$', pathNot: '^apps/$1/src/$2/' },
    },
    {
      name: 'no-test-kit-in-production',
      severity: 'error',
      from: {
        path: '^(apps|packages|tools/ops)/',
        pathNot: ['\\.test\\.ts$', '^packages/(testing-kit|local-stack)/', '/testing/'],
      },
      to: { path: '^packages/(testing-kit|local-stack)/' },
    },
    {
      name: 'web-app-knows-the-api-only',
      comment:
        'What it imports is sent to browsers: of the packages the shapes that it shares with its server alone.',
      severity: 'error',
      from: { path: '^apps/dashboard-web/src/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(apps|packages|tools|tests|examples)/',
        pathNot: '^(apps/dashboard-web/src|packages/dashboard-api)/',
      },
    },
    {
      name: 'web-app-without-node',
      severity: 'error',
      from: {
        path: '^(apps/dashboard-web|packages/dashboard-api)/src/',
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'web-app-folders-point-down',
      comment:
        'pages use layout, acts use ui; format and preferences stand alone. A page does not use another.',
      severity: 'error',
      from: {
        path: '^apps/dashboard-web/src/(format|ranges|preferences|api|ui|charts|acts|layout)/',
      },
      to: { path: '^apps/dashboard-web/src/(pages/|router|main)' },
    },
    {
      name: 'web-app-page-not-to-page',
      severity: 'error',
      from: { path: '^apps/dashboard-web/src/pages/([^/]+)/' },
      to: {
        path: '^apps/dashboard-web/src/pages/',
        pathNot: '^apps/dashboard-web/src/pages/($1/|[^/]+/route\\.ts$)',
      },
    },
    {
      name: 'dashboard-api-stands-alone',
      comment: 'Half of it runs in browsers: shapes, and nothing else.',
      severity: 'error',
      from: { path: '^packages/dashboard-api/src' },
      to: { path: '^packages/(?!dashboard-api/)' },
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@modelbridge/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
