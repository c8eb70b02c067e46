import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientMetadata } from 'oidc-provider';
import { accountOf } from './account.js';
import { refusalOf, type Surroundings } from './allowed.js';
import { createInteraction } from './interaction.js';
import { providerSettings } from './provider-settings.js';

export interface DevelopmentIssuerOptions extends Surroundings {
  /** E-mail addresses that the sign-in page suggests. */
  readonly accounts?: readonly string[] | undefined;
}

export interface DevelopmentIssuer {
  readonly url: URL;
  /** The confidential client that browsers are signed in with. */
  readonly portal: { readonly id: string; readonly secret: string };
  /** The native client that terminals are signed in with: loopback redirects to any port, and the device grant. */
  readonly cli: { readonly id: string };
  close(): Promise<void>;
}

/** Every terminal's redirect has this path; its port is free. */
const LOOPBACK_REDIRECTS = ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://localhost/callback'];

/**
 * Starts an OpenID Connect issuer on a free port of 127.0.0.1 for people who try or develop Steelyard. It keeps all it knows in memory.
 * @throws AppError `DEVELOPMENT_ISSUER.IN_PRODUCTION`, `NOT_LOOPBACK`
 */
export async function startDevelopmentIssuer(options: DevelopmentIssuerOptions): Promise<DevelopmentIssuer> {
  const refusal = refusalOf(options);
  if (refusal) throw refusal;
  const server = createServer();
  const { port } = await listen(server);
  const host = `127.0.0.1:${port}`;
  const secret = randomBytes(32).toString('base64url');
  const { Provider, interactionPolicy } = await import('oidc-provider');
  const provider = new Provider(`http://${host}`, await providerSettings(clientsFor(options.publicUrl, secret), interactionPolicy));
  const interaction = createInteraction(provider, (options.accounts ?? []).map(accountOf).filter((email) => email !== undefined));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    // A page elsewhere whose name was made to lead here is not this machine's.
    if (request.headers.host !== host) response.writeHead(421).end();
    else if (request.url?.startsWith('/interaction/')) interaction(request, response).catch(() => response.destroy());
    else void answer(request, response);
  });
  return { url: new URL(`http://${host}`), portal: { id: 'portal', secret }, cli: { id: 'cli' }, close: () => close(server) };
}

function clientsFor(publicUrl: URL, secret: string): ClientMetadata[] {
  const renewable = ['authorization_code', 'refresh_token'];
  return [
    { client_id: 'portal', client_secret: secret, redirect_uris: [new URL('/auth/callback', publicUrl).href], grant_types: renewable, response_types: ['code'] },
    {
      client_id: 'cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: LOOPBACK_REDIRECTS,
      grant_types: [...renewable, 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
    },
  ];
}

function listen(server: Server): Promise<AddressInfo> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => listening(server.address() as AddressInfo));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}
