import { Inject, Optional } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import type { ApiKey as ApiKeyRow } from '@steelyard/platform-database';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { CreateApiKey, type CreatedApiKey as Created } from '../create-api-key.js';
import { FindOrganization } from '../find-organization.js';
import { KEY_MODELS, NO_MODELS, type KeyModels } from '../limits/model-list.js';
import { ENDED_KEYS_LISTED } from '../keys/live-keys.js';
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
    @Optional() @Inject(KEY_MODELS) private readonly models: KeyModels = NO_MODELS,
  ) {}

  @Query(() => [ApiKey], { description: `The keys of your organization, newest first: all that work, and of those that have ended the ${ENDED_KEYS_LISTED} made last.` })
  @Access('keys:manage')
  async apiKeys(@CurrentCaller() caller: Caller): Promise<ApiKey[]> {
    return this.#shownTo(caller, await this.findOrganization.apiKeys(caller));
  }

  @Mutation(() => CreatedApiKey, { description: 'Makes a key with some of the scopes of your own.' })
  @Access('keys:manage')
  async createApiKey(@CurrentCaller() caller: Caller, @Args('input') input: CreateApiKeyInput): Promise<CreatedApiKey> {
    return this.#shown(caller, await this.createKey.create(caller, input));
  }

  @Mutation(() => CreatedApiKey, { description: 'Makes a key of the same name, scopes, models, limit and lifetime, and ends the old one after the overlap.' })
  @Access('keys:manage')
  async rotateApiKey(@CurrentCaller() caller: Caller, @Args('input') input: RotateApiKeyInput): Promise<CreatedApiKey> {
    return this.#shown(caller, await this.rotateKey.rotate(caller, input));
  }

  @Mutation(() => ApiKey, { description: 'Ends a key on all servers within moments.' })
  @Access('keys:manage')
  async revokeApiKey(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<ApiKey> {
    const [apiKey] = await this.#shownTo(caller, [await this.revokeKey.revoke(caller, id)]);
    return apiKey!;
  }

  async #shown(caller: Caller, { apiKey: row, secret }: Created): Promise<CreatedApiKey> {
    const [apiKey] = await this.#shownTo(caller, [row]);
    return { apiKey: apiKey!, secret };
  }

  /** One look-up of makers, and one of models, for all keys of an answer. */
  async #shownTo(caller: Caller, rows: readonly ApiKeyRow[]): Promise<ApiKey[]> {
    const modelIds = [...new Set(rows.flatMap((row) => row.modelIds))];
    const [makers, names] = await Promise.all([
      this.findOrganization.membersById(caller, rows.flatMap(({ memberId }) => memberId ?? [])),
      modelIds.length === 0 ? new Map<string, string>() : this.models.namesOf(caller.organizationId, modelIds),
    ]);
    return rows.map((row) => {
      const maker = makers.get(row.memberId ?? '');
      const models = row.modelIds.map((id) => names.get(id) ?? id).sort();
      return { ...row, models, createdBy: maker ? { ...maker, role: maker.role as Role } : null };
    });
  }
}
