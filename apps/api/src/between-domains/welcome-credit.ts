import { Global, Module } from '@nestjs/common';
import { FrontDoor, ORGANIZATION_OPENED, type OrganizationOpened } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { CreditOrganization } from '@steelyard/domain-ledger';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { AppError, idFrom } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';

const DEVELOPMENT_CREDIT = '10.00';

/** The transfer that {@link welcomeCredit} makes for a person. */
export function welcomeCreditId(personId: string): string {
  return idFrom(`welcome credit of person ${personId}`);
}

/** Gives the first organization that a person opens its first credit. One person is given it once, whatever they own, leave, erase and open later. */
export function welcomeCredit(credit: CreditOrganization, config: Pick<Config, 'welcomeCredit' | 'paymentCurrency'>, door: FrontDoor): OrganizationOpened {
  return async ({ handle, personId, wasGivenOnce }) => {
    if (wasGivenOnce) return;
    const amount = config.welcomeCredit ?? (door.development ? DEVELOPMENT_CREDIT : '0');
    if (Number(amount) === 0) return;
    try {
      await credit.run({ handle, amount, currency: config.paymentCurrency, reason: 'welcome credit', id: welcomeCreditId(personId) });
    } catch (error) {
      // The id was used: for another organization of theirs, or when the amount was another.
      if (!(error instanceof AppError && error.code === 'LEDGER.TRANSFER_CONFLICT')) throw error;
    }
  };
}

/** Global, so that identity, which knows nothing of money, finds what it calls. */
@Global()
@Module({
  imports: [LedgerModule, IdentityModule],
  providers: [{ provide: ORGANIZATION_OPENED, useFactory: welcomeCredit, inject: [CreditOrganization, CONFIG, FrontDoor] }],
  exports: [ORGANIZATION_OPENED],
})
export class WelcomeCreditModule {}
