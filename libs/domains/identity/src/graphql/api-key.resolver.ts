import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import type { ApiKey as ApiKeyRow } from '@steelyard/platform-database';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { CreateApiKey, type CreatedApiKey as Created } from '../create-api-key.js';
import { FindOrganization } from '../find-organization.js';
import { RotateApiKey } from '../keys/rotate-api-key.js';
import { RevokeApiKey } from '../revoke-api-key.js';
import { ApiKey, CreateApiKeyInput, CreatedApiKey, RotateApiKeyInput, type Role } from './identity.graphql-types.js';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  constructor(
    @Inject(FindOrganization) private readonly findOrganization: FindOrganization,
    @Inject(CreateApiKey) private readonly createKey: CreateApiKey,
    @Inject(RevokeApiKey) private readonly revokeKey: RevokeApiKey,
    @Inject(RotateApiKey) private readonly rotateKey: RotateApiKey,
  ) {}

  @Query(() => [ApiKey], { description: 'The keys of your organization, newest first, revoked ones too.' })
  @Access('keys:manage')
  async apiKeys(@CurrentCaller() caller: Caller): Promise<ApiKey[]> {
    return this.#withMakers(caller, await this.findOrganization.apiKeys(caller));
  }

  @Mutation(() => CreatedApiKey, { description: 'Makes a key with some of the scopes of your own.' })
  @Access('keys:manage')
  async createApiKey(@CurrentCaller() caller: Caller, @Args('input') input: CreateApiKeyInput): Promise<CreatedApiKey> {
    return this.#shown(caller, await this.createKey.create(caller, input));
  }

  @Mutation(() => CreatedApiKey, { description: 'Makes a key of the same name, scopes and lifetime, and ends the old one after the overlap.' })
  @Access('keys:manage')
  async rotateApiKey(@CurrentCaller() caller: Caller, @Args('input') input: RotateApiKeyInput): Promise<CreatedApiKey> {
    return this.#shown(caller, await this.rotateKey.rotate(caller, input));
  }

  @Mutation(() => ApiKey, { description: 'Ends a key on all servers within moments.' })
  @Access('keys:manage')
  async revokeApiKey(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<ApiKey> {
    const [apiKey] = await this.#withMakers(caller, [await this.revokeKey.revoke(caller, id)]);
    return apiKey!;
  }

  async #shown(caller: Caller, { apiKey: row, secret }: Created): Promise<CreatedApiKey> {
    const [apiKey] = await this.#withMakers(caller, [row]);
    return { apiKey: apiKey!, secret };
  }

  /** One look-up for all keys of an answer. */
  async #withMakers(caller: Caller, rows: readonly ApiKeyRow[]): Promise<ApiKey[]> {
    const makers = await this.findOrganization.membersById(caller, rows.flatMap(({ memberId }) => memberId ?? []));
    return rows.map((row) => {
      const maker = makers.get(row.memberId ?? '');
      return { ...row, createdBy: maker ? { ...maker, role: maker.role as Role } : null };
    });
  }
}
