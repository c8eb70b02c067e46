import { expect } from '@jest/globals';
import { billingCases } from './billing.js';
import { catalogCases } from './catalog.js';
import { identityCases } from './identity.js';
import { inferenceCases } from './inference.js';
import { paymentsCases } from './payments.js';
import { publishingCases } from './publishing.js';
import { usageAndMoneyCases } from './usage-and-money.js';
import { webhookCases } from './webhooks.js';
import { signingCases } from './signing.js';
import { responsibleUseCases } from './responsible-use.js';
import { privacyCases } from './privacy.js';
import { auditCases } from './audit.js';
import type { OperationCase } from './operation-case.js';

/** Every operation of the schema as the wrong tenant. An operation without a row fails the suite. */
export const operations: Readonly<Record<string, OperationCase>> = {
  ...identityCases,
  ...catalogCases,
  ...publishingCases,
  ...inferenceCases,
  ...usageAndMoneyCases,
  ...billingCases,
  ...paymentsCases,
  ...signingCases,
  ...responsibleUseCases,
  ...privacyCases,
  ...auditCases,
  ...webhookCases,

  // the server itself
  'Query.platform': { access: 'public', document: '{ platform { version } }', stranger: { data: { platform: { version: expect.any(String) } } } },
};
