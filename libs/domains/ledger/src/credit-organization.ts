import { Inject, Injectable } from '@nestjs/common';
import { isId, newId, parseNano } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { ledgerErrors } from './errors.js';
import { Ledger } from './ledger.js';
import { findOrganizationId } from './persistence/find-organization.js';
import { isCurrency } from './reservation.js';

export interface CreditCommand {
  readonly handle: string;
  /** Decimal amount of the currency unit. */
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  readonly id?: string | undefined;
}

/** The operator's credit, as people write it. */
@Injectable()
export class CreditOrganization {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /**
   * Gives the id of the organization that was credited.
   * @throws AppError `LEDGER.AMOUNT_INVALID`, `CURRENCY_INVALID`, `TRANSFER_ID_INVALID`, `ORGANIZATION_NOT_FOUND`, `TRANSFER_CONFLICT`
   */
  async run(command: CreditCommand): Promise<string> {
    const { currency } = command;
    const amountNano = readAmount(command.amount);
    if (!isCurrency(currency)) throw ledgerErrors.CURRENCY_INVALID({ currency });
    const transferId = command.id?.toLowerCase() ?? newId();
    if (!isId(transferId)) throw ledgerErrors.TRANSFER_ID_INVALID({ id: transferId });
    const tenantId = await findOrganizationId(this.database.pool, command.handle);
    if (tenantId === undefined) throw ledgerErrors.ORGANIZATION_NOT_FOUND({ handle: command.handle });
    await this.ledger.credit({ tenantId, amountNano, currency, reason: command.reason, transferId });
    return tenantId;
  }
}

function readAmount(amount: string): bigint {
  try {
    return parseNano(amount);
  } catch (error) {
    throw ledgerErrors.AMOUNT_INVALID({ amount }, error);
  }
}
