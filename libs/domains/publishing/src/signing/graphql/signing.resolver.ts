import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import type { SigningKey as KnownKey } from '../signing-key.js';
import { pemOf, SigningKeys } from '../signing-keys.js';
import { RegisterSigningKeyInput, Signing, SigningKey } from './signing.graphql-types.js';

@Resolver(() => SigningKey)
export class SigningResolver {
  constructor(@Inject(SigningKeys) private readonly keys: SigningKeys) {}

  @Query(() => Signing)
  @Access('models:publish')
  signing(@CurrentCaller() { organizationId }: Caller): Promise<Signing> {
    return this.#state(organizationId);
  }

  @Mutation(() => SigningKey, { description: 'Takes what this key signs for signed by your organization. The private part stays with you.' })
  @Access('organization:manage')
  async registerSigningKey(@CurrentCaller() caller: Caller, @Args('input', { type: () => RegisterSigningKeyInput }) input: RegisterSigningKeyInput): Promise<SigningKey> {
    return present(await this.keys.register(caller, { name: input.name, publicKey: input.publicKey }));
  }

  @Mutation(() => SigningKey, { description: 'Takes nothing more that this key signs. Versions that are published stay; deprecate those that should not.' })
  @Access('organization:manage')
  async revokeSigningKey(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<SigningKey> {
    return present(await this.keys.revoke(caller, id));
  }

  @Mutation(() => Signing, { description: 'Says whether versions that are published from now on must be signed.' })
  @Access('organization:manage')
  async requireSignatures(@CurrentCaller() caller: Caller, @Args('required', { type: () => Boolean }) required: boolean): Promise<Signing> {
    await this.keys.require(caller, required);
    return this.#state(caller.organizationId);
  }

  async #state(tenantId: string): Promise<Signing> {
    const [keys, since] = [await this.keys.list(tenantId), await this.keys.requiredSince(tenantId)];
    return { keys: keys.map(present), requiredSince: since ?? null };
  }
}

const present = (key: KnownKey): SigningKey => ({ id: key.id, name: key.name, publicKey: pemOf(key), createdAt: key.createdAt, revokedAt: key.revokedAt });
