import type { FrontDoor, FrontDoorPlace, Issuer } from '@steelyard/domain-identity';
import type { Config } from '@steelyard/platform-config';
import { refusalOf, startDevelopmentIssuer, type DevelopmentIssuer } from '@steelyard/platform-development-issuer';
import type { Logger } from '@steelyard/platform-observability';

export interface FrontDoorOptions {
  readonly door: FrontDoor;
  readonly config: Config;
  /** The port that is listened on. */
  readonly port: number;
  readonly log: Logger;
}

/** Lets people in, now that it is known where they come in. Gives what closes the issuer that may have been started for them. */
export function openFrontDoor({ door, config, port, log }: FrontDoorOptions): () => Promise<void> {
  const publicUrl = new URL(config.publicUrl ?? `http://localhost:${port}`);
  if (config.oidcIssuer !== undefined) {
    const issuer = configuredIssuer(config, config.oidcIssuer);
    door.open({ publicUrl, issuer: async () => issuer, development: false });
    return async () => undefined;
  }
  const refusal = refusalOf({ environment: config.environment, publicUrl });
  if (refusal) {
    log.warn({ reason: refusal.message, fix: refusal.fix }, 'nobody can sign in');
    door.open({ publicUrl, development: false });
    return async () => undefined;
  }
  return openForDevelopment(door, config, publicUrl);
}

function configuredIssuer(config: Config, address: string): Issuer {
  const url = new URL(address);
  return {
    url,
    name: url.href,
    portal: { id: config.oidcClientId, secret: config.oidcClientSecret },
    cli: config.oidcCliClientId === undefined ? undefined : { id: config.oidcCliClientId },
  };
}

/** The development issuer is started for the first who signs in: most servers of tests and scripts never see one. */
function openForDevelopment(door: FrontDoor, config: Config, publicUrl: URL): () => Promise<void> {
  let started: Promise<DevelopmentIssuer> | undefined;
  const issuer: FrontDoorPlace['issuer'] = async () => {
    started ??= startDevelopmentIssuer({ environment: config.environment, publicUrl, accounts: config.developmentAccounts }).catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    const { url, portal, cli } = await started;
    return { url, name: 'development', portal, cli };
  };
  door.open({ publicUrl, issuer, development: true });
  return async () => (await started)?.close();
}
