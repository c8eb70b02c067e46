import { Global, Module } from '@nestjs/common';
import { FrontDoor, ORGANIZATION_OPENED, type OrganizationOpened } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { CreditOrganization } from '@steelyard/domain-ledger';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { idFrom } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';

const DEVELOPMENT_CREDIT = '10.00';

/** Gives an organization that a person opens its first credit; once, however often it is asked to. */
export function welcomeCredit(credit: CreditOrganization, config: Pick<Config, 'welcomeCredit'>, door: FrontDoor): OrganizationOpened {
  return async ({ id, handle }) => {
    const amount = config.welcomeCredit ?? (door.development ? DEVELOPMENT_CREDIT : '0');
    if (Number(amount) === 0) return;
    await credit.run({ handle, amount, currency: 'usd', reason: 'welcome credit', id: idFrom(`welcome credit of ${id}`) });
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
