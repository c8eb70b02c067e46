/**
 * What the long suites may take, in seconds of one of two workers on two cores; every other suite has SUITE_SECONDS. The table orders the suites as
 * well, the longest first: a fresh clone has no times of an earlier run, and a long suite begun last leaves the other worker with nothing to do.
 */
export const longSuites = {
  'test/e2e/reference-models.e2e-spec.ts': 85,
  'test/chaos/server-killed.e2e-spec.ts': 75,
  'test/chaos/around-server.e2e-spec.ts': 45,
  'libs/domains/publishing/src/publish-version.spec.ts': 70,
  'test/browser/first-model.e2e-spec.ts': 60,
  'test/conformance/onnx-nodes.e2e-spec.ts': 60,
  'test/browser/screens.e2e-spec.ts': 60,
  'test/e2e/canary.e2e-spec.ts': 60,
  'test/chaos/hostile-models.e2e-spec.ts': 50,
  'test/e2e/demo.e2e-spec.ts': 45,
  'test/browser/hostile.e2e-spec.ts': 40,
  'test/e2e/packed-sdk.e2e-spec.ts': 40,
  'test/tenancy/tenancy.e2e-spec.ts': 40,
  'test/e2e/bad-input.e2e-spec.ts': 40,
  'test/fuzz/requests.e2e-spec.ts': 25,
  'test/tenancy/keys.e2e-spec.ts': 25,
  'test/clients/graphql-models.e2e-spec.ts': 35,
  'test/clients/openai.e2e-spec.ts': 30,
  'test/clients/open-inference.e2e-spec.ts': 25,
  'test/browser/engine.e2e-spec.ts': 35,
  'test/browser/money/operator-money.e2e-spec.ts': 30,
  'test/browser/provider.e2e-spec.ts': 45,
  'test/e2e/own-model.e2e-spec.ts': 30,
  'test/e2e/packages/sealed-artifacts.e2e-spec.ts': 20,
  'test/e2e/packages/unpublished-uploads.e2e-spec.ts': 25,
  'test/browser/people.e2e-spec.ts': 25,
  'test/tenancy/sharing.e2e-spec.ts': 25,
  'test/browser/money/receipts.e2e-spec.ts': 25,
  'test/privacy/privacy.e2e-spec.ts': 25,
  'test/browser/privacy.e2e-spec.ts': 20,
  'test/money/receipts.e2e-spec.ts': 20,
  'test/money/money.property.spec.ts': 25,
  'test/money/prices.e2e-spec.ts': 25,
  'test/money/budgets-at-once.spec.ts': 20,
  'test/money/budgets.e2e-spec.ts': 25,
  'test/browser/money/budgets.e2e-spec.ts': 25,
  'test/browser/money/prices.e2e-spec.ts': 25,
  'test/browser/money/wallet.e2e-spec.ts': 35,
  'libs/domains/payments/src/refunds/refund-payment.spec.ts': 25,
  'libs/domains/payments/src/outbox/outbox.spec.ts': 25,
  'libs/domains/payments/src/payouts/payouts.spec.ts': 25,
  'libs/domains/payments/src/webhooks/convergence.spec.ts': 20,
  'libs/domains/payments/src/webhooks/webhook-route.spec.ts': 20,
  'test/money/payments.property.spec.ts': 55,
  'test/money/lost-answers.e2e-spec.ts': 40,
  'test/e2e/runner-killed.e2e-spec.ts': 25,
  'test/e2e/streaming.e2e-spec.ts': 25,
  'test/e2e/main-job.e2e-spec.ts': 25,
  'test/e2e/versions.e2e-spec.ts': 25,
  'test/security/audit.e2e-spec.ts': 20,
  'test/browser/evaluate.e2e-spec.ts': 20,
  'test/privacy/leaving.e2e-spec.ts': 30,
  'libs/platform/database/src/embedded/server.spec.ts': 40,
  'test/browser/leaving.e2e-spec.ts': 30,
  'test/browser/reports.e2e-spec.ts': 20,
};

export const SUITE_SECONDS = 15;

/** All suites together, on two workers: what `npm test` may take of CI's time. */
export const RUN_SECONDS = 600;

/** @param {string} path relative to the repository's root, with slashes */
export const budgetOf = (path) => longSuites[path] ?? SUITE_SECONDS;
