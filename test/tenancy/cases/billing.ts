import { none, type OperationCase } from './operation-case.js';

export const billingCases: Readonly<Record<string, OperationCase>> = {
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
};
