import { expect } from '@jest/globals';
import type { Permission } from '@steelyard/kernel';
import { finishedPublication, type World } from './world.js';

/** What a caller may be asked for: nothing, any key, a key with a scope, to be signed in, the operator's key. */
export type Access = 'public' | 'authenticated' | 'person' | 'person-or-operator' | 'operator' | Permission;

export interface Answer {
  readonly data: Record<string, unknown> | null | undefined;
  /** Codes of the errors; empty when there is none. */
  readonly codes: readonly unknown[];
}

export interface OperationCase {
  readonly access: Access;
  readonly document: string;
  /** A subscription that does not end by itself: it is listened to for this long. */
  readonly forMs?: number;
  /** Aimed at what is the victim's, wherever the operation takes something to aim with. */
  readonly variables?: (victim: World['victim']) => object;
  /** What a stranger who may do everything in its own organization must get, and nobody where access is public; absent for what only the operator may. */
  readonly stranger?: Expectation;
  /** What nobody must get where access is public, when it is not the same. */
  readonly nobody?: Expectation;
}

/** The error that is answered; or the data, matched by `toEqual`; or, where the answer is not the end of it, a check of what follows. */
export type Expectation =
  | { readonly code: string }
  | { readonly data: object }
  | { readonly check: (answer: Answer, world: World) => Promise<void> | void };

const none = { nodes: [] };

/** Every operation of the schema as the wrong tenant. An operation without a row fails the suite. */
export const operations: Readonly<Record<string, OperationCase>> = {
  // identity
  'Query.viewer': {
    access: 'public',
    document: '{ viewer { organization { handle members { email } } } }',
    stranger: { data: { viewer: { organization: { handle: 'stranger', members: [{ email: 'owner@stranger.example' }] } } } },
    nobody: { data: { viewer: null } },
  },
  'Query.organization': {
    access: 'organization:read',
    document: '{ organization(handle: "victim") { id name members { email } invitations { email } } }',
    stranger: { data: { organization: null } },
  },
  'Query.apiKeys': {
    access: 'keys:manage',
    document: '{ apiKeys { id } }',
    stranger: {
      check: ({ data }, { victim }) => {
        const ids = (data as { apiKeys: { id: string }[] }).apiKeys.map(({ id }) => id);
        expect(ids.length).toBeGreaterThan(0);
        expect(ids).not.toContain(victim.keyId);
      },
    },
  },
  'Query.invitation': {
    access: 'public',
    // Ids are told to those who manage the organization; only the link's token shows the invitation.
    document: 'query ($token: String!) { invitation(token: $token) { email organizationName } }',
    variables: ({ invitationId }) => ({ token: invitationId }),
    stranger: { data: { invitation: null } },
  },
  'Mutation.createOrganization': {
    access: 'person-or-operator',
    document: 'mutation { createOrganization(input: { handle: "victim", name: "x", ownerEmail: "owner@stranger.example" }) { organization { id } secret } }',
    stranger: { code: 'IDENTITY.HANDLE_TAKEN' },
  },
  'Mutation.renameOrganization': {
    access: 'organization:manage',
    document: 'mutation { renameOrganization(name: "victim") { handle name } }',
    stranger: { data: { renameOrganization: { handle: 'stranger', name: 'victim' } } },
  },
  'Mutation.setOrganizationLimit': {
    access: 'operator',
    document: 'mutation { setOrganizationLimit(handle: "victim", requestsPerMinute: 1) { handle } }',
  },
  'Mutation.leaveOrganization': {
    access: 'person',
    document: 'mutation { leaveOrganization }',
    stranger: { code: 'IDENTITY.LAST_OWNER' },
  },
  'Mutation.changeMemberRole': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { changeMemberRole(input: { memberId: $id, role: VIEWER }) { email } }',
    variables: ({ memberId }) => ({ id: memberId }),
    stranger: { code: 'IDENTITY.MEMBER_NOT_FOUND' },
  },
  'Mutation.removeMember': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { removeMember(memberId: $id) }',
    variables: ({ memberId }) => ({ id: memberId }),
    stranger: { code: 'IDENTITY.MEMBER_NOT_FOUND' },
  },
  'Mutation.inviteMember': {
    access: 'organization:manage',
    document: 'mutation { inviteMember(input: { email: "guest@victim.example", role: VIEWER }) { invitation { email state } } }',
    stranger: { data: { inviteMember: { invitation: { email: 'guest@victim.example', state: 'OPEN' } } } },
  },
  'Mutation.revokeInvitation': {
    access: 'organization:manage',
    document: 'mutation ($id: ID!) { revokeInvitation(id: $id) { email } }',
    variables: ({ invitationId }) => ({ id: invitationId }),
    stranger: { code: 'IDENTITY.INVITATION_NOT_FOUND' },
  },
  'Mutation.acceptInvitation': {
    access: 'person',
    // The link has leaked; it is for somebody else.
    document: 'mutation ($token: String!) { acceptInvitation(token: $token) { role } }',
    variables: ({ invitationToken }) => ({ token: invitationToken }),
    stranger: { code: 'IDENTITY.INVITATION_FOR_ANOTHER' },
  },
  'Mutation.revokeSession': {
    access: 'person',
    document: 'mutation ($id: ID!) { revokeSession(id: $id) { userAgent } }',
    variables: ({ sessionId }) => ({ id: sessionId }),
    stranger: { code: 'IDENTITY.SESSION_NOT_FOUND' },
  },
  'Mutation.createApiKey': {
    access: 'keys:manage',
    document: 'mutation { createApiKey(input: { name: "own", scopes: ["predict"] }) { apiKey { name } } }',
    stranger: { data: { createApiKey: { apiKey: { name: 'own' } } } },
  },
  'Mutation.revokeApiKey': {
    access: 'keys:manage',
    document: 'mutation ($id: ID!) { revokeApiKey(id: $id) { id name } }',
    variables: ({ keyId }) => ({ id: keyId }),
    stranger: { code: 'IDENTITY.KEY_NOT_FOUND' },
  },
  'Mutation.rotateApiKey': {
    access: 'keys:manage',
    document: 'mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { secret } }',
    variables: ({ keyId }) => ({ id: keyId }),
    stranger: { code: 'IDENTITY.KEY_NOT_FOUND' },
  },

  // catalog
  'Query.model': {
    access: 'public',
    document: '{ model(ref: "victim/secret") { id description shown { card } versions { card manifest files } channels { history { reason } } } }',
    stranger: { data: { model: null } },
  },
  'Query.models': {
    access: 'public',
    document:
      '{ models(owner: "victim") { nodes { ref own provider { name } channels { history { actorId actorName reason } } } } found: models(search: "secret") { nodes { ref } } }',
    stranger: {
      data: {
        models: { nodes: [{ ref: 'victim/open', own: false, provider: { name: 'victim' }, channels: [{ history: [{ actorId: null, actorName: null, reason: null }] }] }] },
        // Its card has the word.
        found: { nodes: [{ ref: 'victim/open' }] },
      },
    },
  },
  'Query.modelFacets': {
    access: 'public',
    document: '{ modelFacets(owner: "victim") { total tasks { value count } } }',
    stranger: { data: { modelFacets: { total: 1, tasks: [{ value: 'custom', count: 1 }] } } },
  },
  'Query.modelVersion': {
    access: 'public',
    document: '{ modelVersion(ref: "victim/secret@1.0.0") { card manifest files samples } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.releaseVersion': {
    access: 'models:publish',
    document: 'mutation { releaseVersion(input: { model: "victim/open", version: "1.0.0", channel: "beta" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.rollback': {
    access: 'models:publish',
    document: 'mutation { rollback(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.deprecateVersion': {
    access: 'models:publish',
    document: 'mutation { deprecateVersion(input: { model: "victim/open", version: "1.0.0", sunsetAt: "2100-01-01T00:00:00Z" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.setPrice': {
    access: 'models:publish',
    document: 'mutation { setPrice(input: { model: "victim/open", components: [] }) { changed } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.restoreVersion': {
    access: 'models:publish',
    document: 'mutation { restoreVersion(input: { model: "victim/open", version: "1.0.0" }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.startCanary': {
    access: 'models:publish',
    document: 'mutation { startCanary(input: { model: "victim/open", version: "1.0.0" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.promoteCanary': {
    access: 'models:publish',
    document: 'mutation { promoteCanary(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.stopCanary': {
    access: 'models:publish',
    document: 'mutation { stopCanary(input: { model: "victim/open" }) { name } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Subscription.channelChanges': {
    access: 'public',
    document: 'subscription { channelChanges(ref: "victim/secret") { name canary { comparison { calls } } history { reason } } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Mutation.setModelVisibility': {
    access: 'models:publish',
    document: 'mutation { setModelVisibility(input: { model: "victim/secret", visibility: PUBLIC }) { id } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },

  // publishing
  'Query.publication': {
    access: 'versions:publish',
    document: 'query ($id: ID!) { publication(id: $id) { model digest events { message } } }',
    variables: ({ publicationId }) => ({ id: publicationId }),
    stranger: { data: { publication: null } },
  },
  'Query.publications': {
    access: 'versions:publish',
    document: '{ publications { nodes { id model } } }',
    stranger: { data: { publications: none } },
  },
  'Query.checkManifest': {
    access: 'versions:publish',
    // Reads nothing but the text itself.
    document: '{ checkManifest(text: "name: secret") { manifest } }',
    stranger: { data: { checkManifest: { manifest: null } } },
  },
  'Mutation.publishVersion': {
    access: 'versions:publish',
    // Names the victim's files by their digests: who has not sent them must not get them, nor learn that they are here.
    document: 'mutation ($input: PublishVersionInput!) { publishVersion(input: $input) { id } }',
    variables: ({ files, manifest }) => ({ input: { files, manifest } }),
    stranger: {
      check: async ({ data }, { platform, strangerKey }) => {
        const { id } = (data as { publishVersion: { id: string } }).publishVersion;
        const publication = await finishedPublication(platform, strangerKey, id);
        expect(publication).toMatchObject({ status: 'FAILED', error: { code: 'PUBLISHING.FILES_NOT_UPLOADED' } });
      },
    },
  },
  'Subscription.publishProgress': {
    access: 'versions:publish',
    document: 'subscription ($id: ID!) { publishProgress(id: $id) { message } }',
    variables: ({ publicationId }) => ({ id: publicationId }),
    stranger: { code: 'PUBLISHING.PUBLICATION_NOT_FOUND' },
  },

  // inference
  'Mutation.predict': {
    access: 'predict',
    document: 'mutation { predict(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.estimate': {
    access: 'predict',
    document: '{ estimate(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.prediction': {
    access: 'usage:read',
    document: 'query ($id: ID!) { prediction(id: $id) { status amountNano receipt { jws } } }',
    variables: ({ predictionId }) => ({ id: predictionId }),
    stranger: { data: { prediction: null } },
  },
  'Subscription.predictionEvents': {
    access: 'predict',
    document: 'subscription { predictionEvents(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename ... on PredictionFailed { code charged } } }',
    stranger: { data: { predictionEvents: { __typename: 'PredictionFailed', code: 'CATALOG.MODEL_NOT_FOUND', charged: false } } },
  },
  'Query.engine': { access: 'operator', document: '{ engine { models { label runners { pid } } } }' },
  'Query.receiptKeys': {
    access: 'public',
    document: '{ receiptKeys { kid retiredAt } }',
    stranger: {
      check: ({ data, codes }) => {
        expect(codes).toEqual([]);
        expect((data as { receiptKeys: unknown[] }).receiptKeys).toEqual([{ kid: expect.stringMatching(/^[\w-]{43}$/), retiredAt: null }]);
      },
    },
  },
  'Mutation.rotateReceiptKey': { access: 'operator', document: 'mutation { rotateReceiptKey { kid } }' },
  'Query.engineDevices': { access: 'operator', document: '{ engineDevices { runtime usable } }' },
  'Subscription.engineChanges': { access: 'operator', document: 'subscription { engineChanges { models { label } } }' },
  'Mutation.pinModel': { access: 'operator', document: 'mutation { pinModel(digest: "d", label: "victim/open@1.0.0", pinned: true) }' },
  'Mutation.unloadModel': { access: 'operator', document: 'mutation { unloadModel(digest: "d") }' },

  // ledger and metering
  'Query.usage': {
    access: 'usage:read',
    document: 'query ($key: ID!) { usage { nodes { id } } sold: usage(side: PROVIDER) { nodes { id } } aimed: usage(model: "victim/secret", keyId: $key) { nodes { id } } }',
    variables: ({ keyId }) => ({ key: keyId }),
    stranger: { data: { usage: none, sold: none, aimed: none } },
  },
  'Query.usageSummary': {
    access: 'usage:read',
    document: '{ usageSummary { calls } sold: usageSummary(side: PROVIDER) { calls } }',
    stranger: { data: { usageSummary: { calls: 0 }, sold: { calls: 0 } } },
  },
  'Query.usageSeries': {
    access: 'usage:read',
    document: `query ($from: DateTime!) {
      usageSeries(from: $from) { calls }
      named: usageSeries(from: $from, groupBy: MODEL, model: "victim/secret") { calls groupName }
      sold: usageSeries(from: $from, side: PROVIDER, groupBy: VERSION, interval: PERIOD) { calls groupName }
    }`,
    variables: () => ({ from: new Date(Date.now() - 60 * 60 * 1_000).toISOString() }),
    stranger: { data: { usageSeries: [], named: [], sold: [] } },
  },
  'Query.usageUnits': {
    access: 'usage:read',
    document: `query ($from: DateTime!) { usageUnits(from: $from) { unit } aimed: usageUnits(from: $from, model: "victim/secret") { unit } sold: usageUnits(from: $from, side: PROVIDER) { unit } }`,
    variables: () => ({ from: new Date(Date.now() - 60 * 60 * 1_000).toISOString() }),
    stranger: { data: { usageUnits: [], aimed: [], sold: [] } },
  },
  'Query.simulatePrice': {
    access: 'usage:read',
    document: '{ simulatePrice(input: { side: PROVIDER, model: "victim/open", components: [] }) { calls } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.usageHoursMatch': { access: 'operator', document: '{ usageHoursMatch(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { match } }' },
  'Mutation.rebuildUsageHours': { access: 'operator', document: 'mutation { rebuildUsageHours(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { made } }' },
  'Query.budgets': {
    access: 'balance:read',
    document: '{ budgets(ended: true) { id name key { name } model { ref } webhook alerts { id } } }',
    stranger: {
      check: ({ data }, { victim }) => {
        const ids = (data as { budgets: { id: string }[] }).budgets.map(({ id }) => id);
        expect(ids).not.toContain(victim.budgetId);
      },
    },
  },
  'Mutation.createBudget': {
    access: 'budgets:manage',
    document: `mutation ($key: ID!) {
      createBudget(input: { name: "own", limit: "1", scope: KEY, keyId: $key }) { ... on BudgetInvalid { problems { field } } }
      aimed: createBudget(input: { name: "own", limit: "1", scope: MODEL, model: "victim/secret" }) { ... on BudgetInvalid { problems { field } } }
    }`,
    variables: ({ keyId }) => ({ key: keyId }),
    stranger: { data: { createBudget: { problems: [{ field: 'keyId' }] }, aimed: { problems: [{ field: 'model' }] } } },
  },
  'Mutation.changeBudget': {
    access: 'budgets:manage',
    document: 'mutation ($id: ID!) { changeBudget(input: { id: $id, limit: "9" }) { __typename } }',
    variables: ({ budgetId }) => ({ id: budgetId }),
    stranger: { code: 'LEDGER.BUDGET_NOT_FOUND' },
  },
  'Mutation.endBudget': {
    access: 'budgets:manage',
    document: 'mutation ($id: ID!) { endBudget(id: $id) { name } }',
    variables: ({ budgetId }) => ({ id: budgetId }),
    stranger: { code: 'LEDGER.BUDGET_NOT_FOUND' },
  },
  'Mutation.testBudgetWebhook': {
    access: 'budgets:manage',
    document: 'mutation ($id: ID!) { testBudgetWebhook(id: $id) { delivered } }',
    variables: ({ budgetId }) => ({ id: budgetId }),
    stranger: { code: 'LEDGER.BUDGET_NOT_FOUND' },
  },
  'Subscription.usageArrivals': {
    access: 'usage:read',
    document: 'subscription { usageArrivals(side: PROVIDER) { id modelRef } }',
    forMs: 500,
    // Nothing at all; what the victim's own calls do to it is tried at the end of the suite.
    stranger: { check: ({ data }) => expect(data).toBeUndefined() },
  },
  'Subscription.balanceChanges': {
    access: 'balance:read',
    document: 'subscription { balanceChanges { available earned } }',
    forMs: 500,
    stranger: { data: { balanceChanges: { available: '1.00', earned: '0.00' } } },
  },
  'Query.balance': {
    access: 'balance:read',
    document: '{ balance { available earned } }',
    stranger: { data: { balance: { available: '1.00', earned: '0.00' } } },
  },
  'Query.trialBalance': { access: 'operator', document: '{ trialBalance { currency totals { kind balanceNano } } }' },
  'Query.undeliveredAlerts': { access: 'operator', document: '{ undeliveredAlerts { organization } }' },
  'Query.usageRecoveries': { access: 'operator', document: '{ usageRecoveries { nodes { eventId } } }' },
  'Mutation.creditOrganization': {
    access: 'operator',
    document: 'mutation { creditOrganization(input: { handle: "stranger", amount: "1000.00", reason: "please" }) { available } }',
  },

  // billing
  'Query.invoices': { access: 'billing:read', document: '{ invoices { nodes { id } } notes: invoices(kind: CREDIT_NOTE) { nodes { id } } }', stranger: { data: { invoices: none, notes: none } } },
  'Query.invoice': { access: 'billing:read', document: '{ invoice(id: "SY-2026-000001") { id } }', stranger: { code: 'BILLING.DOCUMENT_NOT_FOUND' } },
  'Query.statements': { access: 'billing:read', document: '{ statements { nodes { id } } }', stranger: { data: { statements: none } } },
  'Query.statement': { access: 'billing:read', document: '{ statement(id: "SY-ST-2026-000001") { id } }', stranger: { code: 'BILLING.DOCUMENT_NOT_FOUND' } },
  'Query.periods': { access: 'operator', document: '{ periods { period } }' },
  'Mutation.closePeriod': { access: 'operator', document: 'mutation { closePeriod(period: 202001) { period } }' },
  'Query.charge': { access: 'operator', document: 'query ($id: ID!) { charge(id: $id) { consumer } }', variables: ({ predictionId }) => ({ id: predictionId }) },
  'Mutation.correctUsage': {
    access: 'operator',
    document: 'mutation ($id: ID!) { correctUsage(input: { eventIds: [$id], reason: "please" }) { __typename } }',
    variables: ({ predictionId }) => ({ id: predictionId }),
  },
  'Mutation.setOrganizationTax': { access: 'operator', document: 'mutation { setOrganizationTax(input: { handle: "victim", basisPoints: 0 }) { basisPoints } }' },
  // payments
  'Query.payments': {
    access: 'balance:read',
    document: '{ payments { configured savedCards { id } history { nodes { id } } } }',
    stranger: { data: { payments: { configured: false, savedCards: [], history: none } } },
  },
  'Query.payment': {
    access: 'balance:read',
    document: 'query ($id: ID!) { payment(id: $id) { amount } }',
    variables: ({ paymentId }) => ({ id: paymentId }),
    stranger: { data: { payment: null } },
  },
  'Query.payoutAccount': { access: 'balance:read', document: '{ payoutAccount { email } }', stranger: { data: { payoutAccount: null } } },
  'Query.stripeReceipt': {
    access: 'balance:read',
    document: 'query ($id: ID!) { stripeReceipt(paymentId: $id) }',
    variables: ({ paymentId }) => ({ id: paymentId }),
    stranger: { code: 'PAYMENTS.PAYMENT_NOT_FOUND' },
  },
  'Query.payouts': { access: 'balance:read', document: '{ payouts { nodes { id } } }', stranger: { data: { payouts: none } } },
  'Mutation.topUp': {
    access: 'payments:manage',
    document: 'mutation { topUp(input: { amount: "5.00", idempotencyKey: "victim" }) { id } }',
    stranger: { code: 'PAYMENTS.NOT_CONFIGURED' },
  },
  'Mutation.refreshPayment': {
    access: 'payments:manage',
    document: 'mutation ($id: ID!) { refreshPayment(id: $id) { amount } }',
    variables: ({ paymentId }) => ({ id: paymentId }),
    stranger: { code: 'PAYMENTS.PAYMENT_NOT_FOUND' },
  },
  'Mutation.setUpPayouts': {
    access: 'payments:manage',
    document: 'mutation { setUpPayouts(input: { email: "owner@victim.example", country: "US" }) { url } }',
    stranger: { code: 'PAYMENTS.NOT_CONFIGURED' },
  },
  'Query.outbox': { access: 'operator', document: '{ outbox { key } }' },
  'Mutation.resolveOperation': { access: 'operator', document: 'mutation { resolveOperation(input: { id: "x", action: RETRY, reason: "x" }) { key } }' },
  'Query.waitingStripeEvents': { access: 'operator', document: '{ waitingStripeEvents { id } }' },
  'Query.organizationPayments': { access: 'operator', document: '{ organizationPayments(handle: "victim") { nodes { id } } }' },
  'Mutation.refundPayment': { access: 'operator', document: 'mutation { refundPayment(input: { paymentId: "x", reason: "x" }) { id } }' },
  'Query.reconciliations': { access: 'operator', document: '{ reconciliations { day } }' },
  'Mutation.reconcile': { access: 'operator', document: 'mutation { reconcile { day } }' },
  'Query.periodPayouts': { access: 'operator', document: '{ periodPayouts(period: 202611) { id } }' },
  'Mutation.preparePayouts': { access: 'operator', document: 'mutation { preparePayouts(period: 202611) { id } }' },
  'Mutation.markPayoutPaid': { access: 'operator', document: 'mutation { markPayoutPaid(id: "x", reference: "x") { id } }' },
  'Mutation.reversePayout': { access: 'operator', document: 'mutation { reversePayout(id: "x", reason: "x") { id } }' },

  // the server itself
  'Query.platform': { access: 'public', document: '{ platform { version } }', stranger: { data: { platform: { version: expect.any(String) } } } },
};
