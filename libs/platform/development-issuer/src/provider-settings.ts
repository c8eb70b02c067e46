import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ClientMetadata, Configuration, interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';
import { nameOf } from './account.js';
import { askForCode, confirmCode, sayFailed, saySignedIn } from './device-pages.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SCOPES = ['openid', 'offline_access', 'email', 'profile'];

/** What of the vendor's package the settings are made with; it is loaded when an issuer starts and not before. */
type Policy = typeof interactionPolicy;

/** Everybody may be anybody, and is asked each time; nobody is asked for consent. All else is as strict as it gets. */
export async function providerSettings(clients: readonly ClientMetadata[], policy: Policy): Promise<Configuration> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    clients: [...clients],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // Whoever may have a refresh token gets one, whether or not consent was asked for, and it outlives the issuer's own session.
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    scopes: SCOPES,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, email) => ({ accountId: email, claims: () => ({ sub: email, email, email_verified: true, name: nameOf(email) }) }),
    loadExistingGrant: grantEverything,
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}`, policy: askWho(policy) },
    clientBasedCORS: () => false,
    renderError: sayFailed,
    ttl: { AccessToken: HOUR, AuthorizationCode: 60, DeviceCode: 600, Grant: 30 * DAY, IdToken: HOUR, Interaction: HOUR, RefreshToken: 30 * DAY, Session: DAY },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, userCodeInputSource: askForCode, userCodeConfirmSource: confirmCode, successSource: saySignedIn },
      rpInitiatedLogout: { enabled: false },
    },
  };
}

async function grantEverything(context: KoaContextWithOIDC) {
  const { client, session, provider } = context.oidc;
  const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
  grant.addOIDCScope(SCOPES.join(' '));
  await grant.save();
  return grant;
}

function askWho({ base, Check }: Policy): interactionPolicy.DefaultPolicy {
  const prompts = base();
  prompts.get('consent')!.checks.clear();
  prompts.get('login')!.checks.add(new Check('who', 'who it is to be is asked each time', (context) => context.oidc.result?.login === undefined));
  return prompts;
}
