import Stripe from 'stripe';

export interface Route {
  readonly verb: string;
  /** With the names of its parts in braces: `/v1/transfers/{id}/reversals`. */
  readonly path: string;
}

class Recorded extends Error {}

/** Learns an operation's verb and path from the stripe package itself: calls the method and writes down what it was about to send. */
export async function recordRoute(method: string, idNames: readonly string[]): Promise<Route> {
  let route: Route | undefined;
  const stripe = new Stripe('sk_test_recording', {
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: {
      getClientName: () => 'recorder',
      makeRequest: (_host, _port, path, verb) => {
        route = { verb, path: decodeURIComponent(path.split('?')[0]!) };
        return Promise.reject(new Recorded());
      },
    },
  });
  const [names, name] = [method.split('.').slice(0, -1), method.split('.').at(-1)!];
  const resource = names.reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], stripe) as Record<string, (...given: unknown[]) => Promise<unknown>>;
  await resource[name]!(...idNames.map((id) => `{${id}}`)).catch(() => undefined);
  if (!route) throw new Error(`The stripe package sent nothing for ${method}.`);
  return route;
}
