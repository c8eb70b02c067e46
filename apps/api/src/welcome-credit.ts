import { createHash } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { ORGANIZATION_OPENED, type OrganizationOpened } from '@steelyard/domain-identity';
import { CreditOrganization } from '@steelyard/domain-ledger';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { CONFIG, type Config } from '@steelyard/platform-config';

const DEVELOPMENT_CREDIT = '10.00';

/** Gives an organization that a person opens its first credit; once, however often it is asked to. */
export function welcomeCredit(credit: CreditOrganization, config: Config): OrganizationOpened {
  const amount = config.welcomeCredit ?? (signsInForDevelopment(config) ? DEVELOPMENT_CREDIT : '0');
  return async ({ id, handle }) => {
    if (Number(amount) === 0) return;
    await credit.run({ handle, amount, currency: 'usd', reason: 'welcome credit', id: creditIdOf(id) });
  };
}

/** A UUID version 8 (RFC 9562) made of the organization's id: the ledger takes the credit with one id once. */
function creditIdOf(organizationId: string): string {
  const hex = createHash('sha256').update(`welcome credit of ${organizationId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function signsInForDevelopment({ oidcIssuer, publicUrl }: Config & { readonly oidcIssuer?: string | undefined; readonly publicUrl?: string | undefined }): boolean {
  return oidcIssuer === undefined && (publicUrl === undefined || LOOPBACK.has(new URL(publicUrl).hostname));
}

/** Global, so that identity, which knows nothing of money, finds what it calls. */
@Global()
@Module({
  imports: [LedgerModule],
  providers: [{ provide: ORGANIZATION_OPENED, useFactory: welcomeCredit, inject: [CreditOrganization, CONFIG] }],
  exports: [ORGANIZATION_OPENED],
})
export class WelcomeCreditModule {}
