import { Inject, Injectable } from '@nestjs/common';
import { AccountSignals } from './account-signals.js';
import { Ledger, type WalletBalance } from './ledger.js';

/** What an organization has to spend, and what it has earned. */
export interface OrganizationBalance extends WalletBalance {
  readonly earnedNano: bigint;
  readonly currency: string;
}

/** An organization's balance, as it is and as it changes. */
@Injectable()
export class ReadBalance {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(AccountSignals) private readonly signals: AccountSignals,
  ) {}

  /** @throws AppError `LEDGER.UNAVAILABLE` */
  async now(tenantId: string, currency: string): Promise<OrganizationBalance> {
    const [balance, earnedNano] = await Promise.all([this.ledger.balance(tenantId, currency), this.ledger.earnings(tenantId, currency)]);
    return { ...balance, earnedNano, currency };
  }

  /**
   * The balance now, and again when calls or credits have changed it, at most once a second. What is held for calls under way changes it too, but
   * is told only together with one of these.
   * @throws AppError `LEDGER.UNAVAILABLE`
   */
  async *changes(tenantId: string, currency: string, signal: AbortSignal): AsyncGenerator<OrganizationBalance, void> {
    let last: OrganizationBalance | undefined;
    for await (const _step of this.signals.changes(tenantId, signal)) {
      const balance = await this.now(tenantId, currency);
      if (last && isSame(last, balance)) continue;
      last = balance;
      yield balance;
    }
  }
}

function isSame(a: OrganizationBalance, b: OrganizationBalance): boolean {
  return a.postedNano === b.postedNano && a.heldNano === b.heldNano && a.earnedNano === b.earnedNano;
}
