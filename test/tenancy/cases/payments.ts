import { none, type OperationCase } from './operation-case.js';

export const paymentsCases: Readonly<Record<string, OperationCase>> = {
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
};
