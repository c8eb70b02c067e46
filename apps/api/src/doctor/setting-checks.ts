import type { Config } from '@steelyard/platform-config';
import type { InstallationCheck } from '@steelyard/platform-observability';

type Settings = Pick<Config, 'publicUrl' | 'keyPepper' | 'artifactKeys' | 'trustedProxyHops' | 'webhookPrivateAddresses' | 'stripeSecretKey' | 'stripeWebhookSecret'>;

/** What the settings keep secret, and where they let this server be sent. */
export function settingChecks(config: Settings): InstallationCheck[] {
  return [
    {
      id: 'secrets.pepper',
      group: 'secrets',
      what: 'Pepper of API keys',
      look: () =>
        config.keyPepper.length > 0
          ? { level: 'ok', found: 'from the settings' }
          : { level: 'warn', found: 'pepper.key in the data folder', why: 'A copy of the folder has the pepper, and with an embedded database the keys too; a second server needs the same.', fix: 'Set STEELYARD_KEY_PEPPER from a store of secrets.' },
    },
    {
      id: 'secrets.artifact-keys',
      group: 'secrets',
      what: 'Packages at rest',
      look: () =>
        config.artifactKeys.length > 0
          ? { level: 'ok', found: 'encrypted' }
          : { level: 'warn', found: 'plain files', why: 'Whoever gets a copy of the data folder has every provider’s weights.', fix: 'Set STEELYARD_ARTIFACT_KEYS from a store of secrets, then run `steelyard operator rotate-artifact-keys`.' },
    },
    {
      id: 'money.stripe-webhook',
      group: 'money',
      what: 'Webhooks of Stripe',
      look: () => {
        if (config.stripeSecretKey === undefined) return { level: 'ok', found: 'no real money is moved' };
        return config.stripeWebhookSecret === undefined
          ? { level: 'warn', found: 'refused', why: 'What Stripe has to say is heard minutes later, by asking.', fix: 'Set STEELYARD_STRIPE_WEBHOOK_SECRET.' }
          : { level: 'ok', found: 'signed' };
      },
    },
    {
      id: 'network.proxy-hops',
      group: 'network',
      what: 'Addresses behind the proxy',
      look: () => {
        if (!config.publicUrl?.startsWith('https:')) return { level: 'ok', found: 'no proxy is told of by the public URL' };
        return config.trustedProxyHops > 0
          ? { level: 'ok', found: `${config.trustedProxyHops} trusted` }
          : { level: 'warn', found: 'not believed', why: 'To this server all requests come from the proxy, so that limits by address hit everybody at once.', fix: 'Set STEELYARD_TRUSTED_PROXY_HOPS to how many proxies stand in front.' };
      },
    },
    {
      id: 'network.webhooks',
      group: 'network',
      what: 'Webhooks into private networks',
      look: () =>
        config.webhookPrivateAddresses
          ? { level: 'fail', found: 'allowed', why: "Whoever manages an organization's budgets can have this server send requests into its own network.", fix: 'Unset STEELYARD_WEBHOOK_PRIVATE_ADDRESSES.' }
          : { level: 'ok', found: 'refused' },
    },
  ];
}
