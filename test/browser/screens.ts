import type { Locator, Page } from 'playwright-core';

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** What has to be there before it is looked at. */
  readonly shows: (page: Page) => Locator;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first();

const text = (what: string | RegExp) => (page: Page) => page.getByText(what).first();

/** Of anybody, signed in or not. */
export const openScreens = (model: string): Screen[] => [
  { name: 'catalog', path: '/', shows: (page) => page.getByRole('link', { name: new RegExp(model) }).first() },
  { name: 'tasks', path: '/tasks', shows: (page) => page.getByRole('link', { name: 'Image classification' }) },
  { name: 'comparison to begin', path: '/compare', shows: (page) => page.getByRole('main').getByText('Choose a model') },
  { name: 'try', path: `/models/${model}`, shows: (page) => page.getByRole('button', { name: /^Use sample/ }).first() },
  { name: 'account', path: '/account', shows: text(/Sign in to see this page|Where you are signed in/) },
];

/** Of anybody, and the same to everybody. */
export const commonScreens = (model: string): Screen[] => [
  { name: 'empty search', path: '/?search=nothing-is-called-this', shows: (page) => page.getByRole('main').getByRole('button', { name: /Clear/ }).first() },
  { name: 'card', path: `/models/${model}?tab=card`, shows: (page) => page.getByRole('tabpanel', { name: 'Card' }).getByRole('heading').first() },
  { name: 'call', path: `/models/${model}?tab=call`, shows: (page) => page.getByRole('region', { name: 'SDK' }) },
  { name: 'versions', path: `/models/${model}?tab=versions`, shows: heading('Versions') },
  { name: 'not found', path: '/no/such/page', shows: heading('There is no such page') },
];

/** What an invitation's link opens, which is the path. */
export const invitationScreen = (path: string): Screen => ({ name: 'invitation', path, shows: heading(/^Join /) });

export interface OwnScreensOptions {
  readonly organization: string;
  readonly model: string;
  /** A publication that succeeded. */
  readonly publication: string;
}

/** Of a member of an organization. */
export const ownScreens = ({ organization, model, publication }: OwnScreensOptions): Screen[] => {
  const home = `/org/${organization}`;
  return [
    { name: 'overview', path: home, shows: text('Earned') },
    { name: 'publish', path: `${home}/publish`, shows: heading('Past publications') },
    { name: 'publication', path: `${home}/publish?publication=${publication}`, shows: (page) => page.getByRole('link', { name: 'Open the model page' }) },
    { name: 'models', path: `${home}/models`, shows: (page) => page.getByRole('main').getByRole('link', { name: model }) },
    { name: 'model', path: `${home}/models/${model}`, shows: heading('Channels') },
    { name: 'earnings', path: `${home}/earnings`, shows: (page) => page.getByRole('main').locator('dl') },
    { name: 'usage', path: `${home}/usage`, shows: heading('Calls, newest first') },
    { name: 'budgets', path: `${home}/budgets`, shows: (page) => page.getByRole('button', { name: 'Create a budget' }) },
    { name: 'privacy', path: `${home}/privacy`, shows: heading('No policies yet') },
    { name: 'wallet', path: `${home}/wallet`, shows: text('Nobody can pay on this server yet') },
    { name: 'invoices', path: `${home}/invoices`, shows: heading('No invoices yet') },
    { name: 'evaluate', path: '/evaluate?task=image-classification', shows: (page) => page.getByLabel('Models to compare').first() },
    { name: 'keys', path: `${home}/keys`, shows: (page) => page.getByRole('button', { name: 'Make a key' }) },
    { name: 'webhooks', path: `${home}/webhooks`, shows: (page) => page.getByRole('button', { name: 'Add a webhook' }) },
    { name: 'settings', path: `${home}/settings`, shows: heading('Invitations') },
    { name: 'audit', path: `${home}/audit`, shows: text(/^no\. \d/) },
    { name: 'welcome', path: '/welcome', shows: (page) => page.getByLabel('Handle') },
  ];
};

/** Of whoever has entered the operator's key, on a server without payments. */
export const operatorScreens: readonly Screen[] = [
  { name: 'engine', path: '/operator', shows: heading('Protections') },
  { name: 'ledger', path: '/operator/ledger', shows: text(/^The sums of the last/) },
  { name: 'stuck', path: '/operator/stuck', shows: heading('Nothing is stuck') },
  { name: 'reconciliation', path: '/operator/reconciliation', shows: text('Payments are not configured') },
  { name: 'months', path: '/operator/months', shows: text('Running') },
  { name: 'reports', path: '/operator/reports', shows: heading('No reports') },
  { name: 'audit of the platform', path: '/operator/audit', shows: text(/^no\. \d/) },
  { name: 'checks', path: '/operator/checks', shows: heading('Access') },
  { name: 'charges', path: '/operator/charges', shows: (page) => page.getByLabel('Id of the call') },
];
