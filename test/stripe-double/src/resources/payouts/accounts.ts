import type Stripe from 'stripe';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import type { Handlers } from '../handlers.js';

type Account = Stripe.V2.Core.Account;
type Names = `v2.core.accounts.${'create' | 'retrieve' | 'update' | 'list' | 'close'}` | 'v2.core.accountLinks.create';
type Include = readonly string[] | undefined;

const LINK_LIVES_MS = 5 * 60_000;
/** What a new recipient has to say before money may be sent to them. */
const REQUIREMENTS = ['identity.individual.given_name', 'identity.individual.address.line1', 'configuration.recipient.default_outbound_destination'];

export function accounts(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'v2.core.accounts.create': ({ configuration, contact_email, display_name, dashboard, defaults, identity, metadata, include }) => {
      const account = world.create('v2.core.account', { contact_email, display_name, dashboard, closed: false, metadata: mergeMetadata(null, metadata) });
      Object.assign(account, { defaults, identity: identity && { ...identity } });
      if (configuration?.recipient) addRecipient(account, configuration.recipient);
      world.notify('v2.core.account.created', account);
      return shown(account, include);
    },
    'v2.core.accounts.retrieve': ({ include }, id) => shown(store.get('v2.core.account', id), include),
    'v2.core.accounts.update': ({ contact_email, display_name, metadata, include, configuration }, id) => {
      const account = open(store.get('v2.core.account', id));
      if (contact_email !== undefined) account.contact_email = contact_email;
      if (display_name !== undefined) account.display_name = display_name;
      if (configuration?.recipient) addRecipient(account, configuration.recipient);
      account.metadata = mergeMetadata(account.metadata ?? null, metadata);
      world.notify('v2.core.account.updated', account);
      return shown(account, include);
    },
    'v2.core.accounts.list': ({ limit = 20, closed = false, applied_configurations = [], ...rest }) => {
      const matching = store.all('v2.core.account').filter((account) => account.closed === closed && applied_configurations.every((applied) => account.applied_configurations.includes(applied)));
      const start = Number((rest as { page?: string }).page ?? 0);
      const more = new URLSearchParams({ limit: String(limit), closed: String(closed), page: String(start + limit) });
      applied_configurations.forEach((name, index) => more.set(`applied_configurations[${index}]`, name));
      const next = start + limit < matching.length ? `/v2/core/accounts?${more.toString()}` : null;
      return { data: matching.slice(start, start + limit).map((account) => shown(account, [])), next_page_url: next, previous_page_url: null };
    },
    'v2.core.accounts.close': ({ applied_configurations: _applied }, id) => {
      const account = Object.assign(open(store.get('v2.core.account', id)), { closed: true });
      world.notify('v2.core.account.closed', account);
      return shown(account, []);
    },
    'v2.core.accountLinks.create': ({ account, use_case }) => {
      open(store.get('v2.core.account', account));
      const expires = new Date(Date.parse(world.now()) + LINK_LIVES_MS).toISOString();
      const back = (use_case.account_onboarding ?? use_case.account_update)?.return_url ?? '';
      const url = `${world.url}/onboarding/${account}?return_url=${encodeURIComponent(back)}`;
      return { object: 'v2.core.account_link', account, created: world.now(), expires_at: expires, livemode: false, url, use_case: use_case };
    },
  };
}

/** Somebody fills in what Stripe asks of a recipient: money may be sent to them from now on. */
export function completeOnboarding(world: World, id: string): Account {
  const account = open(world.store.get('v2.core.account', id));
  account.requirements = { entries: [] };
  for (const capability of capabilitiesOf(account)) Object.assign(capability, { status: 'active', status_details: [] });
  world.notify('v2.core.account[requirements].updated', account);
  world.notify('v2.core.account[configuration.recipient].capability_status_updated', account);
  return account;
}

/** Stripe wants to know more of a recipient: no money may be sent to them until they say it. */
export function restrictAccount(world: World, id: string): Account {
  const account = world.store.get('v2.core.account', id);
  require(account);
  world.notify('v2.core.account[requirements].updated', account);
  world.notify('v2.core.account[configuration.recipient].capability_status_updated', account);
  return account;
}

export function canReceive(account: Account): boolean {
  return !account.closed && account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status === 'active';
}

function addRecipient(account: Account, { capabilities }: Stripe.V2.Core.AccountUpdateParams.Configuration.Recipient): void {
  if (account.configuration?.recipient) return;
  const asked = capabilities?.stripe_balance?.stripe_transfers?.requested ?? false;
  account.applied_configurations.push('recipient');
  const stripe_balance = { stripe_transfers: { status: 'restricted', status_details: [] }, payouts: { status: 'restricted', status_details: [] } } as const;
  account.configuration = { recipient: { applied: true, capabilities: asked ? { stripe_balance: structuredClone(stripe_balance) as never } : {} } };
  require(account);
}

function require(account: Account): void {
  for (const capability of capabilitiesOf(account)) {
    Object.assign(capability, { status: 'restricted', status_details: [{ code: 'requirements_past_due', resolution: 'provide_info' }] });
  }
  const impact = { restricts_capabilities: [{ capability: 'stripe_balance.stripe_transfers', configuration: 'recipient', deadline: { status: 'currently_due' } }] };
  const entry = (description: string) => ({
    description,
    awaiting_action_from: 'user',
    errors: [],
    impact,
    minimum_deadline: { status: 'currently_due' },
    requested_reasons: [{ code: 'routine_onboarding' }],
  });
  account.requirements = { entries: REQUIREMENTS.map(entry), summary: { minimum_deadline: { status: 'currently_due' } } } as unknown as Stripe.V2.Core.Account.Requirements;
}

function capabilitiesOf(account: Account): object[] {
  return Object.values(account.configuration?.recipient?.capabilities?.stripe_balance ?? {}) as object[];
}

function open(account: Account): Account {
  if (account.closed) throw invalid('The account is closed.', { code: 'account_closed' });
  return account;
}

/** Version 2 of the API shows parts of an account only to those who ask for them. */
function shown(account: Account, include: Include = []): Account {
  const { configuration, defaults, identity, requirements, future_requirements: _future, ...rest } = account;
  const recipient = include.includes('configuration.recipient') ? { configuration: { recipient: configuration?.recipient } } : {};
  const parts = Object.entries({ defaults, identity, requirements }).filter(([name]) => include.includes(name));
  return { ...rest, ...recipient, ...(Object.fromEntries(parts) as Partial<Account>) };
}
