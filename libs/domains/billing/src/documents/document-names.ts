import { Inject, Injectable } from '@nestjs/common';
import { ModelNames } from '@steelyard/domain-catalog';
import { organizationIn } from '@steelyard/domain-identity';
import type { DocumentFacts, DocumentKind } from '@steelyard/invoice';
import { DATABASE, type Database } from '@steelyard/platform-database';
import type { PricedVersion } from './read-rows.js';

/** What those are called that a document names, as it is issued: names change, a document does not. */
@Injectable()
export class DocumentNames {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ModelNames) private readonly models: ModelNames,
  ) {}

  async of(kind: DocumentKind, tenantId: string, versions: readonly PricedVersion[]): Promise<Pick<DocumentFacts, 'organization' | 'names'>> {
    const { handle, name } = await this.database.withPlatform((tx) => organizationIn(tx, tenantId));
    return { organization: { handle, name }, names: Object.fromEntries(kind === 'statement' ? await this.#models(tenantId, versions) : await this.#versions(tenantId, versions)) };
  }

  #models(tenantId: string, versions: readonly PricedVersion[]): Promise<ReadonlyMap<string, string>> {
    return this.models.models(tenantId, versions.map(({ providerId, modelId }) => ({ ownerId: providerId, id: modelId })));
  }

  async #versions(tenantId: string, versions: readonly PricedVersion[]): Promise<[string, string][]> {
    const names = await this.models.versions(tenantId, versions.map(({ providerId, versionId }) => ({ ownerId: providerId, id: versionId })));
    return [...names].map(([id, { modelRef, version }]) => [id, `${modelRef}@${version}`]);
  }
}
