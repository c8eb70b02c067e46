import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { AccessGuard } from './access.guard.js';
import { accountProviders } from './account/account-providers.js';
import { AccountController } from './account/account.controller.js';
import { CreateApiKey } from './create-api-key.js';
import { CreateOrganization } from './create-organization.js';
import { FindOrganization } from './find-organization.js';
import { FirstStart } from './first-start.js';
import { ApiKeyResolver } from './graphql/api-key.resolver.js';
import { InvitationResolver } from './graphql/invitation.resolver.js';
import { MemberResolver } from './graphql/member.resolver.js';
import { OrganizationResolver } from './graphql/organization.resolver.js';
import { ViewerResolver } from './graphql/viewer.resolver.js';
import { Identity } from './identity.js';
import { invitationProviders } from './invitations/providers.js';
import { DerivedSecrets } from './keys/derived-secrets.js';
import { KeyDirectory } from './keys/key-directory.js';
import { LastUse } from './keys/last-use.js';
import { loadPeppers, Peppers } from './keys/peppers.js';
import { RequestLimits } from './limits/request-limits.js';
import { SetOrganizationLimit } from './limits/set-organization-limit.js';
import { RotateApiKey } from './keys/rotate-api-key.js';
import { ActorNames } from './names/actor-names.js';
import { OrganizationNames } from './names/organization-names.js';
import { OrganizationHandles } from './organization-handles.js';
import { organizationProviders } from './organizations/providers.js';
import { peopleProviders } from './people/people-providers.js';
import { RevokeApiKey } from './revoke-api-key.js';
import { signInControllers, signInProviders } from './sign-in/sign-in-providers.js';
import { FrontDoor } from './sign-in/front-door.js';

/** Needs DATABASE, CONFIG and LOGGER. Brings the guard that holds the whole server to the access it declares. */
@Module({
  controllers: [...signInControllers, AccountController],
  providers: [
    ...peopleProviders,
    ...accountProviders,
    ...signInProviders,
    {
      provide: Peppers,
      useFactory: (config: Config, database: Database, log: Logger) => loadPeppers({ config, database, log }),
      inject: [CONFIG, DATABASE, LOGGER],
    },
    { provide: KeyDirectory, useFactory: (database: Database) => new KeyDirectory(database.pool), inject: [DATABASE] },
    { provide: LastUse, useFactory: (database: Database, log: Logger) => new LastUse(database.pool, log), inject: [DATABASE, LOGGER] },
    DerivedSecrets,
    RequestLimits,
    SetOrganizationLimit,
    Identity,
    FirstStart,
    OrganizationHandles,
    OrganizationNames,
    ActorNames,
    FindOrganization,
    CreateOrganization,
    CreateApiKey,
    RevokeApiKey,
    RotateApiKey,
    ...organizationProviders,
    ...invitationProviders,
    OrganizationResolver,
    MemberResolver,
    InvitationResolver,
    ApiKeyResolver,
    ViewerResolver,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [DerivedSecrets, Identity, Peppers, FrontDoor, OrganizationHandles, OrganizationNames, ActorNames, FindOrganization, CreateOrganization, CreateApiKey, RevokeApiKey],
})
export class IdentityModule {}
