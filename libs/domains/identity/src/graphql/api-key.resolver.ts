import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { CreateApiKey } from '../create-api-key.js';
import { FindOrganization } from '../find-organization.js';
import { RevokeApiKey } from '../revoke-api-key.js';
import { ApiKey, CreateApiKeyInput, CreatedApiKey } from './identity.graphql-types.js';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(CreateApiKey) private readonly createKey: CreateApiKey,
    @Inject(RevokeApiKey) private readonly revokeKey: RevokeApiKey,
  ) {}

  @Query(() => [ApiKey], { description: 'The keys of your organization, newest first, revoked ones too.' })
  @Access('keys:manage')
  apiKeys(@CurrentCaller() caller: Caller): Promise<ApiKey[]> {
    return this.findOrganization.apiKeys(caller);
  }

  @Mutation(() => CreatedApiKey, { description: 'Makes a key with some of the scopes of your own.' })
  @Access('keys:manage')
  createApiKey(@CurrentCaller() caller: Caller, @Args('input') input: CreateApiKeyInput): Promise<CreatedApiKey> {
    return this.createKey.create(caller, input);
  }

  @Mutation(() => ApiKey, { description: 'Ends a key on all servers within moments.' })
  @Access('keys:manage')
  revokeApiKey(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<ApiKey> {
    return this.revokeKey.revoke(caller, id);
  }
}
