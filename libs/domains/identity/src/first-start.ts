import { join } from 'node:path';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, isOperator, OPERATOR_SCOPE, PLATFORM_ORGANIZATION_ID } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { storeApiKey } from './create-api-key.js';
import { Identity } from './identity.js';
import { Peppers } from './keys/peppers.js';
import { readSecretFile, replaceSecretFile } from './keys/secret-file.js';

/**
 * Sees to it that there is an organization `platform` and a key of its operator in `operator.key` of the data folder. Who may write there owns
 * the installation already, so a key that was lost or revoked is made anew at the next start.
 */
@Injectable()
export class FirstStart implements OnModuleInit {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Peppers) private readonly peppers: Peppers,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(CONFIG) private readonly config: Pick<Config, 'dataDir'>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const platform = { id: PLATFORM_ORGANIZATION_ID, handle: 'platform', name: 'Platform' };
    await this.database.withPlatform((tx) => tx.organization.createMany({ data: [platform], skipDuplicates: true }));
    const path = join(this.config.dataDir, 'operator.key');
    if (await this.#isOperatorKey(await readSecretFile(path))) return;
    const key = { tenantId: PLATFORM_ORGANIZATION_ID, name: 'operator', scopes: [OPERATOR_SCOPE] } as const;
    const { apiKey, secret } = await this.database.withPlatform((tx) => storeApiKey(tx, this.peppers, key));
    await replaceSecretFile(path, secret);
    this.log.info({ path, keyId: apiKey.id }, 'wrote a key for the operator');
  }

  async #isOperatorKey(key: string | undefined): Promise<boolean> {
    if (key === undefined) return false;
    try {
      return isOperator(await this.identity.authenticateKey(key));
    } catch (error) {
      // A key that is good for nothing is replaced; a database that does not answer is no reason to.
      if (error instanceof AppError && error.kind === 'unauthenticated') return false;
      throw error;
    }
  }
}
