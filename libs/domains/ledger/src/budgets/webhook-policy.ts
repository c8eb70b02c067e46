import type { Config } from '@steelyard/platform-config';
import type { OutgoingPolicy } from '@steelyard/platform-http';

/** Injects the {@link OutgoingPolicy} of webhooks. */
export const WEBHOOK_POLICY = Symbol('steelyard:webhook-policy');

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** This machine itself may be named only where nobody else can: in development, on a server that is reached by a local name. */
export function webhookPolicy(config: Pick<Config, 'environment' | 'publicUrl' | 'webhookPrivateAddresses'>): OutgoingPolicy {
  const isLocal = config.publicUrl === undefined || LOCAL_HOSTS.includes(new URL(config.publicUrl).hostname);
  return { privateAddresses: config.webhookPrivateAddresses, localhost: config.environment !== 'production' && isLocal };
}
