import { page } from '../../state/list.js';
import { mergeMetadata } from '../../state/metadata.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import { stated } from '../payments/customers.js';
import type { Handlers } from '../handlers.js';

type Names = `webhookEndpoints.${'create' | 'retrieve' | 'update' | 'del' | 'list'}`;

/** Endpoints' secrets are told once, when they are made. */
export function webhookEndpoints(world: World): Handlers<Names> {
  const { store } = world;
  return {
    'webhookEndpoints.create': ({ url, enabled_events, description = null, metadata, api_version = null }) => {
      if (!/^https?:/.test(url)) throw invalid('Invalid URL: An explicit scheme (such as https) must be provided.', { code: 'url_invalid', param: 'url' });
      const secret = world.newId('whsec');
      const endpoint = world.create('webhook_endpoint', { url, enabled_events, description: description || null, metadata: mergeMetadata(null, metadata), api_version, status: 'enabled' });
      world.secrets.set(endpoint.id, secret);
      return { ...endpoint, secret };
    },
    'webhookEndpoints.retrieve': (_params, id) => store.get('webhook_endpoint', id),
    'webhookEndpoints.update': ({ url, enabled_events, description, disabled, metadata }, id) => {
      const endpoint = store.get('webhook_endpoint', id);
      const status = disabled === undefined ? endpoint.status : disabled ? 'disabled' : 'enabled';
      return Object.assign(endpoint, stated({ url, enabled_events, description }), { status, metadata: mergeMetadata(endpoint.metadata, metadata) });
    },
    'webhookEndpoints.del': (_params, id) => {
      store.get('webhook_endpoint', id);
      store.remove(id);
      return { id: id, object: 'webhook_endpoint', deleted: true };
    },
    'webhookEndpoints.list': (params) => page(store.all('webhook_endpoint'), params, '/v1/webhook_endpoints'),
  };
}
