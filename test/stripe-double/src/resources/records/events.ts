import { page } from '../../state/list.js';
import { invalid } from '../../state/stripe-failure.js';
import type { World } from '../../state/world.js';
import type { Handlers } from '../handlers.js';

const KEPT_S = 30 * 86_400;

export function events(world: World): Handlers<'events.retrieve' | 'events.list'> {
  const { store } = world;
  return {
    'events.retrieve': (_params, id) => store.get('event', id),
    'events.list': ({ type, types, ...params }) => {
      if (type && types) throw invalid('You may pass either type or types, but not both.');
      const wanted = types ?? (type ? [type] : ['*']);
      const kept = store.all('event').filter((event) => event.created > world.nowS() - KEPT_S);
      return page(kept.filter((event) => wanted.some((pattern) => matches(pattern, event.type))), params, '/v1/events');
    },
  };
}

/** `*`, a type, or all types below one: `charge.*`. */
export function matches(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
}
