import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller, PersonalKind } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { ListPolicies, type NamedPolicy } from '../list-policies.js';
import { SetPolicy } from '../set-policy.js';
import { ClearPrivacyPolicyInput, type PersonalDataKind, PrivacyPolicy, PrivacyScope, SetPrivacyPolicyInput, shownKind } from './policy.graphql-types.js';

@Resolver(() => PrivacyPolicy)
export class PolicyResolver {
  constructor(
    @Inject(ListPolicies) private readonly policies: ListPolicies,
    @Inject(SetPolicy) private readonly setPolicy: SetPolicy,
  ) {}

  @Access('organization:read')
  @Query(() => [PrivacyPolicy], { description: "The organization's policies: its own first, then those of keys and of models." })
  async privacyPolicies(@CurrentCaller() caller: Caller): Promise<PrivacyPolicy[]> {
    return (await this.policies.list(caller)).map(toPolicy);
  }

  @Access('privacy:manage')
  @Mutation(() => [PrivacyPolicy], { description: 'Sets a policy, and gives all there are then. It counts for calls that begin afterwards.' })
  async setPrivacyPolicy(@CurrentCaller() caller: Caller, @Args('input', { type: () => SetPrivacyPolicyInput }) input: SetPrivacyPolicyInput): Promise<PrivacyPolicy[]> {
    const { keyId, model, mask, block, retentionHours } = input;
    await this.setPolicy.set(caller, { keyId: keyId ?? undefined, model: model ?? undefined }, { mask: kindsOf(mask), block: kindsOf(block), retentionHours });
    return this.privacyPolicies(caller);
  }

  @Access('privacy:manage')
  @Mutation(() => [PrivacyPolicy], { description: 'Takes a policy away, and gives those that are left.' })
  async clearPrivacyPolicy(@CurrentCaller() caller: Caller, @Args('input', { type: () => ClearPrivacyPolicyInput }) { keyId, model }: ClearPrivacyPolicyInput): Promise<PrivacyPolicy[]> {
    await this.setPolicy.clear(caller, { keyId: keyId ?? undefined, model: model ?? undefined });
    return this.privacyPolicies(caller);
  }
}

function kindsOf(kinds: readonly PersonalDataKind[] | null | undefined): PersonalKind[] | undefined {
  return kinds?.map((kind) => kind.toLowerCase() as PersonalKind);
}

const SCOPES = { organization: PrivacyScope.ORGANIZATION, key: PrivacyScope.KEY, model: PrivacyScope.MODEL } as const;

function toPolicy({ scope, mask, block, ...policy }: NamedPolicy): PrivacyPolicy {
  return { ...policy, scope: SCOPES[scope], mask: mask.map(shownKind), block: block.map(shownKind) };
}
