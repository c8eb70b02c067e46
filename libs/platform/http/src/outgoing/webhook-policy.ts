import type { OutgoingPolicy } from './outgoing-address.js';

/** Injects the {@link OutgoingPolicy} of webhooks. */
export const WEBHOOK_POLICY = Symbol('steelyard:webhook-policy');

/** As the settings have it. */
export interface WebhookSettings {
  readonly environment: string;
  readonly publicUrl?: string | undefined;
  readonly webhookPrivateAddresses: boolean;
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** This machine itself may be named only where nobody else can: in development, on a server that is reached by a local name. */
export function webhookPolicy({ environment, publicUrl, webhookPrivateAddresses }: WebhookSettings): OutgoingPolicy {
  const isLocal = publicUrl === undefined || LOCAL_HOSTS.includes(new URL(publicUrl).hostname);
  return { privateAddresses: webhookPrivateAddresses, localhost: environment !== 'production' && isLocal };
}
