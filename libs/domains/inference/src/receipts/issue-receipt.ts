import { Inject, Injectable } from '@nestjs/common';
import { SoldVersions } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import type { Receipt } from '@steelyard/receipt';
import { inferenceErrors } from '../errors.js';
import { Charges } from './charges.js';
import { receiptOf } from './receipt-of.js';
import { ReceiptKeys } from './receipt-keys.js';

export interface IssuedReceipt {
  readonly receipt: Receipt;
  /** The same, signed: a compact JWS. */
  readonly jws: string;
}

/** Receipts are made when somebody asks, out of what was written of the call: running one costs no signature. */
@Injectable()
export class IssueReceipt {
  constructor(
    @Inject(Charges) private readonly charges: Charges,
    @Inject(SoldVersions) private readonly versions: SoldVersions,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(ReceiptKeys) private readonly keys: ReceiptKeys,
  ) {}

  /**
   * The receipt of a prediction of the caller's own organization: what it was charged for. Free ones have one too.
   * @throws AppError `INFERENCE.PREDICTION_NOT_FOUND`, `INFERENCE.NO_RECEIPT`, `INFERENCE.RECEIPT_KEY_SEALED`
   */
  async issue({ organizationId }: Caller, id: string): Promise<IssuedReceipt> {
    const charge = await this.charges.find(organizationId, id);
    if (!charge) throw inferenceErrors.PREDICTION_NOT_FOUND({ id });
    if (charge.status !== 'succeeded') throw inferenceErrors.NO_RECEIPT({ id, errorCode: charge.errorCode ?? 'INTERNAL' });
    const version = await this.versions.find(charge);
    const handles = await this.handles.handlesOf([organizationId]);
    const receipt = receiptOf({ charge, version, consumerHandle: handles.get(organizationId)! });
    return { receipt, jws: await this.keys.sign(receipt) };
  }
}
