import { expect } from '@jest/globals';
import { none, type OperationCase } from './operation-case.js';

export const usageAndMoneyCases: Readonly<Record<string, OperationCase>> = {
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
};
