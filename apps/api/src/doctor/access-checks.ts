import type { FrontDoor } from '@steelyard/domain-identity';
import type { Config } from '@steelyard/platform-config';
import type { InstallationCheck } from '@steelyard/platform-observability';

type Settings = Pick<Config, 'publicUrl' | 'environment' | 'oidcIssuer' | 'demo' | 'signUp' | 'welcomeCredit'>;

/** Who comes in, and by which door. */
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
  ];
}
