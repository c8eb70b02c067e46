import type { Config } from '@steelyard/platform-config';
import type { InstallationCheck } from '@steelyard/platform-observability';

type Settings = Pick<Config, 'keyPepper' | 'webhookPrivateAddresses' | 'stripeSecretKey' | 'stripeWebhookSecret'>;

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
