import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { formatModelRef, type PriceTerms } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { termsOf } from './price-row.js';

/** What was sold: which version of whom, at which price. */
export interface Sale {
  readonly providerTenantId: string;
  readonly versionId: string;
  readonly priceId: string;
}

export interface SoldVersion {
  /** `acme/digits@1.0.0`. Handles and names never change hands, so it means the same for ever. */
  readonly ref: string;
  readonly digest: string;
  readonly terms: PriceTerms;
}

/**
 * What was sold as it was then, whatever has become of it: versions and prices are never changed. For whoever bought it, so the caller has seen to
 * it that it was bought.
 */
@Injectable()
export class SoldVersions {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  async find({ providerTenantId: tenantId, versionId, priceId }: Sale): Promise<SoldVersion> {
    const price = await this.database.withPlatform((tx) =>
      tx.price.findUniqueOrThrow({
        where: { tenantId_id: { tenantId, id: priceId } },
        select: { currency: true, components: true, free: true, version: { select: { id: true, version: true, digest: true, model: { select: { name: true } } } } },
      }),
    );
    const { version, digest, model } = price.version;
    if (price.version.id !== versionId) throw new TypeError(`price ${priceId} is not of version ${versionId}`);
    const owner = (await this.handles.handlesOf([tenantId])).get(tenantId)!;
    return { ref: formatModelRef({ owner, name: model.name, version }), digest, terms: termsOf(price) };
  }
}
