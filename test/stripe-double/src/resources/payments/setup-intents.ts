import type Stripe from 'stripe';
import { mergeMetadata } from '../../state/metadata.js';
import type { World } from '../../state/world.js';
import { rememberSetUp } from './confirm-payment.js';
import type { Handlers } from '../handlers.js';
import { attach, resolvePaymentMethod } from './payment-methods.js';

export function setupIntents(world: World): Handlers<'setupIntents.create' | 'setupIntents.retrieve'> {
  return {
    'setupIntents.create': ({ customer = null, payment_method, confirm, usage = 'off_session', metadata, automatic_payment_methods: _methods, return_url: _url }) => {
      const id = world.newId('seti');
      const intent = world.create('setup_intent', {
        id,
        customer,
        usage,
        payment_method_types: ['card'],
        metadata: mergeMetadata(null, metadata),
        client_secret: world.newId(`${id}_secret`),
        status: 'requires_payment_method',
      });
      world.emit('setup_intent.created', intent);
      if (payment_method) {
        intent.payment_method = resolvePaymentMethod(world, payment_method).id;
        intent.status = 'requires_confirmation';
      }
      return confirm ? finishSetup(world, intent.id, intent.payment_method as string) : intent;
    },
    'setupIntents.retrieve': (_params, id) => world.store.get('setup_intent', id),
  };
}

/** The customer was there and agreed that the card may be charged later. @throws {StripeFailure} 402 for cards that cannot be saved */
export function finishSetup(world: World, id: string, card: string): Stripe.SetupIntent {
  const intent = world.store.get('setup_intent', id);
  const method = intent.customer ? attach(world, card, intent.customer as string) : resolvePaymentMethod(world, card);
  rememberSetUp(method);
  Object.assign(intent, { payment_method: method.id, status: 'succeeded' });
  world.emit('setup_intent.succeeded', intent);
  return intent;
}
