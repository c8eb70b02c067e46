import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { DocumentTax } from '@steelyard/invoice';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { billingErrors } from '../errors.js';

export interface TaxCommand extends DocumentTax {
  readonly handle: string;
  readonly actorId: string;
}

const TEXT_LENGTH_MAX = 100;
const BASIS_POINTS_MAX = 10_000;

/** What an organization's invoices are taxed by from the next one on. */
@Injectable()
export class SetTax {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /** @throws AppError `BILLING.TAX_INVALID`, `BILLING.ORGANIZATION_NOT_FOUND` */
  async run({ handle, basisPoints, label, id: taxId, actorId }: TaxCommand): Promise<void> {
    const problems = [
      Number.isInteger(basisPoints) && basisPoints >= 0 && basisPoints <= BASIS_POINTS_MAX ? [] : [`${basisPoints} basis points are not 0 to ${BASIS_POINTS_MAX}`],
      [label, taxId].every((text) => text.length <= TEXT_LENGTH_MAX) ? [] : [`label and id have at most ${TEXT_LENGTH_MAX} characters`],
      basisPoints > 0 && label.trim() === '' ? ['a tax has a label, such as VAT 19 %'] : [],
    ].flat();
    if (problems.length > 0) throw billingErrors.TAX_INVALID({ problem: problems.join('; ') });
    const tenantId = await this.handles.idOf(handle);
    if (tenantId === undefined) throw billingErrors.ORGANIZATION_NOT_FOUND({ handle });
    const columns = { basisPoints, label: label.trim(), taxId: taxId.trim(), updatedBy: actorId, updatedAt: new Date() };
    await this.database.withPlatform((tx) => tx.billingTax.upsert({ where: { tenantId }, create: { tenantId, ...columns }, update: columns }));
  }
}
