import { defineErrors } from '@steelyard/kernel';

export const webhookErrors = defineErrors('WEBHOOKS', {
  ENDPOINT_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `your organization has no webhook "${p.id}"`, fix: '`steelyard webhook list` shows those that there are.' },
  DELIVERY_NOT_FOUND: { kind: 'not-found', message: (p: { id: string }) => `your organization has no delivery "${p.id}"`, fix: 'Deliveries are kept for 30 days; `steelyard webhook deliveries` shows them.' },
  ADDRESS_INVALID: { kind: 'invalid', message: (p: { problem: string }) => `the address ${p.problem}`, fix: 'Name a public address such as https://example.com/hook.' },
  TYPES_INVALID: { kind: 'invalid', message: (p: { unknown: string; known: string }) => `there is no event "${p.unknown}"`, fix: (p: { unknown: string; known: string }) => `There are: ${p.known}. Name none to be told of all.` },
  ABOUT_INVALID: { kind: 'invalid', message: (p: { lengthMax: number }) => `the note on a webhook has at most ${p.lengthMax} characters` },
  TOO_MANY: { kind: 'conflict', message: (p: { countMax: number }) => `an organization has at most ${p.countMax} webhooks`, fix: 'Remove one that is not needed any more.' },
  SINCE_INVALID: { kind: 'invalid', message: (p: { daysMax: number }) => `deliveries are kept for ${p.daysMax} days, so those since then cannot be replayed`, fix: 'Name a later time.' },
});
