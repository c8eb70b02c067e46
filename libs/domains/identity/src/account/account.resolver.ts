import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { SignedInPerson } from '@steelyard/kernel';
import { CurrentPerson, PersonOnly } from '@steelyard/platform-graphql';
import { EraseAccount } from './erase-account.js';

@Resolver()
export class AccountResolver {
  constructor(@Inject(EraseAccount) private readonly account: EraseAccount) {}

  @PersonOnly()
  @Mutation(() => Boolean, { description: 'Erases your account, at once. Whoever alone owns an organization must hand it over, or have it erased, before.' })
  async eraseAccount(@CurrentPerson() person: SignedInPerson, @Args('confirm', { type: () => String, description: 'Your address once more.' }) confirm: string): Promise<boolean> {
    await this.account.run(person, confirm);
    return true;
  }
}
