import type { PayoutMethod, PayoutState } from '../../../generated/documents';

const states: Record<PayoutState, string> = { WAITING: 'waiting', SENDING: 'being sent', PAID: 'paid', FAILED: 'failed', REVERSING: 'being taken back', REVERSED: 'taken back' };
const methods: Record<PayoutMethod, string> = { STRIPE: 'by Stripe', OFFLINE: 'by the operator' };

export const payouts = {
  title: 'Payouts',
  text: 'What you earned up to the end of each month, as far as its consumers have paid. One payout a month, in whole cents; what is left over goes with a later one.',
  none: 'Nothing has been paid out yet. A payout is made when a month is closed.',
  more: 'Show more',
  month: 'Month',
  amount: 'Amount',
  state: 'State',
  states,
  methods,
  about: 'About it',
  waitingFor: (what: string) => `Waits for: ${what}`,
  paidOn: (method: string, when: string) => `${method}, ${when}`,

  notConfigured: 'Payments are not configured on this server',
  notConfiguredText: 'No real money can be moved here. Earnings are counted all the same; the operator pays them out by other means and marks them as paid, which shows below.',
  ready: (email: string) => `Payouts are sent to the Stripe account of ${email}.`,
  noAccount: 'No account to be paid on',
  unfinished: 'The account to be paid on is not finished',
  noAccountText: 'Earnings wait until Stripe knows whom it pays. Stripe asks on a page of its own; Steelyard is not told bank details.',
  wanted: (what: string) => `Stripe still asks for: ${what}`,
  mayNot: 'An owner, an admin or somebody for billing can set it up.',
  setUp: 'Set up payouts',
  goOn: 'Go on with the set-up',
  setUpText: 'Stripe makes an account for your organization and asks for the rest on its own page. You come back here afterwards.',
  email: 'E-mail address',
  country: 'Country',
  countryText: 'Two letters, such as US. It cannot be changed once Stripe has taken it.',
  toStripe: 'Go on to Stripe',

  statements: 'Statements',
  statementsText: 'What a closed month came to, model by model. Each can be kept as a file and computed again, by anybody.',
  noStatements: 'There is none yet: the first is issued when the month of your first calls is closed.',
  gross: 'charged',
  fee: 'fee',
  net: 'yours',
  takenBack: 'taken back',
  details: 'Details',
  detailsOf: (number: string) => `Details of ${number}`,
  hash: 'sha256:',
};
