/**
 * Who may import whom. The only place where it is written: the check, the architecture test and the picture in
 * ARCHITECTURE.md follow from this table. What is not listed is forbidden, type-only imports included.
 */

const domain = (name) => `libs/domains/${name}`;
const base = ['kernel', 'contracts', 'platform'];

/** Layers: where their files are, and which layers they may import besides themselves. */
export const layers = {
  kernel: { path: 'libs/kernel', may: [] },
  contracts: { path: 'libs/contracts', may: ['kernel'] },
  'runtime-kit': { path: 'libs/runtime-kit', may: ['kernel', 'contracts'] },
  'runtime-testkit': { path: 'libs/runtime-testkit', may: ['kernel', 'contracts', 'runtime-kit'] },
  runner: { path: 'libs/runner', may: ['kernel', 'contracts', 'runtime-kit'] },
  engine: { path: 'libs/engine', may: ['kernel', 'contracts', 'runtime-kit'] },
  platform: { path: 'libs/platform', may: ['kernel', 'contracts'] },
  dispatch: { path: 'libs/dispatch', may: ['kernel', 'contracts', 'platform', 'engine'] },
  runtimes: { path: 'plugins/runtimes', may: ['kernel', 'contracts', 'runtime-kit'] },
  ledger: { path: domain('ledger'), may: base },
  identity: { path: domain('identity'), may: base },
  catalog: { path: domain('catalog'), may: [...base, 'identity'] },
  privacy: { path: domain('privacy'), may: [...base, 'identity', 'catalog'] },
  holdings: { path: domain('holdings'), may: [...base, 'identity', 'ledger', 'catalog', 'privacy'] },
  audit: { path: domain('audit'), may: [...base, 'identity'] },
  publishing: { path: domain('publishing'), may: [...base, 'identity', 'catalog', 'dispatch'] },
  metering: { path: domain('metering'), may: [...base, 'identity', 'ledger'] },
  payments: { path: domain('payments'), may: [...base, 'identity', 'ledger', 'metering'] },
  webhooks: { path: domain('webhooks'), may: [...base, 'identity'] },
  insight: { path: domain('insight'), may: [...base, 'identity', 'catalog', 'metering'] },
  billing: { path: domain('billing'), may: [...base, 'identity', 'catalog', 'metering', 'ledger'] },
  inference: { path: domain('inference'), may: [...base, 'identity', 'catalog', 'privacy', 'metering', 'ledger', 'dispatch'] },
  protocols: { path: 'libs/protocols', may: [...base, 'inference', 'catalog', 'identity'] },
  client: { path: 'sdk/client', may: ['kernel', 'contracts'] },
  codegen: { path: 'sdk/codegen', may: ['kernel', 'contracts', 'client'] },
  cli: { path: 'sdk/cli', may: ['kernel', 'contracts', 'client', 'codegen'] },
  portal: { path: 'apps/portal', may: ['kernel', 'contracts', 'client'] },
  apps: {
    path: 'apps/api',
    may: [
      ...base, 'engine', 'runner', 'dispatch', 'ledger', 'identity', 'audit', 'catalog', 'publishing', 'metering', 'payments', 'insight', 'billing', 'privacy', 'holdings', 'inference',
      'webhooks', 'protocols',
    ],
  },
};

/** Specs, suites and tools may import everything; nothing may import them. */
export const unbound = ['test', 'tools'];

/** Packages that belong to one place, so that replacing one touches one place. Nest and GraphQL stay out of the core. */
export const vendors = {
  '@prisma/(client|adapter-pg)|pg': ['libs/platform/database'],
  'node-llama-cpp': ['plugins/runtimes/llama-cpp'],
  'onnxruntime-node': ['plugins/runtimes/onnx'],
  '@tensorflow/[^/]+': ['plugins/runtimes/tfjs'],
  '@huggingface/transformers': ['plugins/runtimes/transformers'],
  sharp: ['libs/runner'],
  ajv: ['libs/contracts'],
  'cbor-x': ['libs/contracts/wire'],
  pino: ['libs/platform/observability'],
  'prom-client': ['libs/platform/observability'],
  '@opentelemetry/[^/]+': ['libs/platform/observability'],
  zod: ['libs/platform/config'],
  '@nestjs/[^/]+|graphql|mercurius': ['libs/platform', 'libs/domains', 'libs/protocols', 'apps'],
  fastify: ['libs/platform', 'libs/domains/publishing', 'libs/domains/catalog', 'libs/protocols', 'apps'],
  'commander|open': ['sdk/cli'],
  'openid-client|jose': ['libs/domains/identity'],
  stripe: ['libs/domains/payments'],
  'libphonenumber-js': ['libs/domains/privacy'],
  'oidc-provider': ['libs/platform/development-issuer'],
  'react|react-dom|@mantine/[^/]+|vite': ['apps/portal'],
};
