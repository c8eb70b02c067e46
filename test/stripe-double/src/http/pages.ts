import { completeOnboarding } from '../resources/payouts/accounts.js';
import { pay } from '../resources/payments/checkout-sessions.js';
import { authenticate } from '../resources/payments/payment-intents.js';
import { testCards } from '../resources/payments/test-cards.js';
import { StripeFailure } from '../state/stripe-failure.js';
import type { World } from '../state/world.js';
import type { Answered } from './reply.js';

interface PageRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

type Page = (world: World, id: string, request: PageRequest) => Answered;

/** The pages that Stripe hosts, as plain as can be: a person, or a browser under test, presses a button. */
const pages: Readonly<Record<string, Page>> = { checkout, onboarding, authenticate: authentication, receipt };

export function hostedPage(world: World, request: PageRequest): Answered | undefined {
  const [, name, id] = request.path.split('/');
  const show = pages[name ?? ''];
  if (!show || !id) return undefined;
  try {
    return show(world, id, request);
  } catch (failure) {
    if (failure instanceof StripeFailure) return html(failure.status, `<p role="alert">${escape(failure.message)}</p>`);
    throw failure;
  }
}

function checkout(world: World, id: string, { verb, body }: PageRequest): Answered {
  const session = world.store.get('checkout.session', id);
  const done = session.success_url?.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
  if (session.status === 'complete' && done) return redirect(done);
  if (session.status !== 'open') return html(410, '<p role="alert">This page is no longer there to be paid.</p>');
  let problem = '';
  if (verb === 'POST') {
    try {
      pay(world, id, new URLSearchParams(body).get('card') ?? undefined);
      return done ? redirect(done) : html(200, '<p role="status">Paid.</p>');
    } catch (failure) {
      if (!(failure instanceof StripeFailure)) throw failure;
      problem = `<p role="alert">${escape(failure.message)}</p>`;
    }
  }
  const cards = Object.entries(testCards).map(([token, { number }]) => `<option value="${token}">${number} ${token.replace('pm_card_', '')}</option>`);
  const amount = session.mode === 'payment' ? `Pay ${(session.amount_total! / 100).toFixed(2)} ${session.currency!.toUpperCase()}` : 'Save card';
  const back = session.cancel_url ? `<a href="${escape(session.cancel_url)}">Back</a>` : '';
  return html(200, `${problem}<form method="post"><label>Card <select name="card">${cards.join('')}</select></label> <button>${amount}</button></form>${back}`);
}

function onboarding(world: World, id: string, { verb, query }: PageRequest): Answered {
  world.store.get('v2.core.account', id);
  if (verb !== 'POST') return html(200, '<form method="post"><p>Tell Stripe who you are.</p><button>Submit</button></form>');
  completeOnboarding(world, id);
  const back = new URLSearchParams(query).get('return_url');
  return back ? redirect(back) : html(200, '<p role="status">Done.</p>');
}

function authentication(world: World, id: string, { verb }: PageRequest): Answered {
  if (verb !== 'POST') return html(200, '<form method="post"><p>Your bank asks whether this is you.</p><button>Complete</button></form>');
  authenticate(world, id);
  return html(200, '<p role="status">Done.</p>');
}

function receipt(world: World, id: string): Answered {
  const { amount, currency } = world.store.get('charge', id);
  return html(200, `<p>Receipt: ${(amount / 100).toFixed(2)} ${currency.toUpperCase()} paid.</p>`);
}

function redirect(location: string): Answered {
  return { kind: 'answer', status: 303, headers: { location }, body: '' };
}

function html(status: number, content: string): Answered {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stripe double</title></head><body><h1>Stripe double: no real money</h1>${content}</body></html>`;
  return { kind: 'answer', status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
