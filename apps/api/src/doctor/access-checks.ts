import type { FrontDoor } from '@steelyard/domain-identity';
import type { Config } from '@steelyard/platform-config';
import type { InstallationCheck } from '@steelyard/platform-observability';

type Settings = Pick<Config, 'publicUrl' | 'environment' | 'oidcIssuer' | 'demo' | 'keyPepper' | 'signUp' | 'welcomeCredit' | 'webhookPrivateAddresses' | 'stripeSecretKey' | 'stripeWebhookSecret'>;

/** Who comes in, by which door, and what the settings let them do. */
export function accessChecks(config: Settings, door: Pick<FrontDoor, 'development'>): InstallationCheck[] {
  return [
    {
      id: 'access.public-url',
      group: 'access',
      what: 'Public URL',
      look: () =>
        config.publicUrl?.startsWith('https:')
          ? { level: 'ok', found: config.publicUrl }
          : { level: 'fail', found: config.publicUrl ?? 'not set', why: 'Keys, sessions and inputs would cross the network for all to read.', fix: 'Put a proxy with TLS in front, and set STEELYARD_PUBLIC_URL to its https:// address.' },
    },
    {
      id: 'access.environment',
      group: 'access',
      what: 'Environment',
      look: () =>
        config.environment === 'production'
          ? { level: 'ok', found: 'production' }
          : { level: 'warn', found: config.environment, why: 'Only `production` makes sure that the development issuer is never started.', fix: 'Set NODE_ENV=production.' },
    },
    {
      id: 'access.sign-in',
      group: 'access',
      what: 'Sign-in',
      look: () => {
        if (door.development) return { level: 'fail', found: 'the development issuer', why: 'Anybody may sign in as anybody.', fix: 'Set STEELYARD_OIDC_ISSUER to your OpenID Connect issuer.' };
        if (config.oidcIssuer === undefined) return { level: 'warn', found: 'nobody can sign in', why: 'Only API keys work.', fix: 'Set STEELYARD_OIDC_ISSUER where people are to use the portal.' };
        return config.oidcIssuer.startsWith('https:')
          ? { level: 'ok', found: config.oidcIssuer }
          : { level: 'fail', found: config.oidcIssuer, why: 'Who is in between can say who somebody is.', fix: 'Use an issuer with an https:// address.' };
      },
    },
    {
      id: 'access.sign-up',
      group: 'access',
      what: 'New organizations',
      look: () => {
        if (config.signUp === 'operator') return { level: 'ok', found: 'opened by the operator' };
        const found = config.welcomeCredit === undefined ? 'opened by everyone who signs in' : `opened by everyone who signs in, each with ${config.welcomeCredit} of credit`;
        return { level: 'warn', found, why: 'Whoever has an account at the issuer may open any number, and publish models.', fix: 'Set STEELYARD_SIGN_UP=operator unless that is meant.' };
      },
    },
    {
      id: 'access.demo',
      group: 'access',
      what: 'Demonstration',
      look: () => (config.demo ? { level: 'fail', found: 'on', why: 'What it shows is said to be made up.', fix: 'Unset STEELYARD_DEMO, and start with an empty data folder.' } : { level: 'ok', found: 'off' }),
    },
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
