/** Tables whose rows belong to no tenant, and why. No tenant may read them; every other table has a tenant's column. */
export const PLATFORM_TABLES: Readonly<Record<string, string>> = {
  abuse_report: 'what people say of models to the operator, who alone reads it',
  billing_series: 'the last number of each series of documents, which run through all tenants without a gap',
  former_person: 'marks of people who erased their accounts, which lead to nobody',
  person: 'people belong to themselves and may be members of several organizations',
  receipt_key: 'the keys that the installation signs receipts with',
  reconciliation: "the platform's books against Stripe's, of all tenants together",
  session: 'sessions of people, who may act for several organizations in one',
  sign_in_attempt: 'somebody on the way to the issuer, who is nobody yet',
  stripe_event: 'what Stripe sent, before it is known whom it concerns',
  stripe_poll: 'how far Stripe was asked for what it may not have sent',
  usage_period: 'which months are closed, for everybody',
};
