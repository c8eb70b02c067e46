import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { PaymentSettings } from '../payment-settings.js';
import type { Payout as PayoutRow } from '../payouts/payout.js';
import { ReadMoney } from '../read-money.js';
import { toPayout } from './nodes.js';
import type { Payout } from './payouts.graphql-types.js';

/** Payouts with whose they are and what they wait for. */
@Injectable()
export class PayoutNodes {
  constructor(
    @Inject(PaymentSettings) private readonly settings: PaymentSettings,
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  async of(payouts: readonly PayoutRow[]): Promise<Payout[]> {
    const tenantIds = payouts.map(({ tenantId }) => tenantId);
    const [handles, enabled] = await Promise.all([this.handles.handlesOf(tenantIds), this.money.enabled(tenantIds)]);
    const { configured } = this.settings;
    return payouts.map((payout) => toPayout(payout, { organization: handles.get(payout.tenantId)!, configured, enabled: enabled.has(payout.tenantId) }));
  }
}
