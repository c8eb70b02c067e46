import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, OperatorOnly } from '@steelyard/platform-graphql';
import type { Erasure as ErasureRow } from '../erasure.js';
import { RequestErasure } from '../request-erasure.js';
import { Erasure, ErasureState, OrganizationErasure, RequestErasureInput } from './erasure.graphql-types.js';

@Resolver(() => Erasure)
export class ErasureResolver {
  constructor(@Inject(RequestErasure) private readonly erasures: RequestErasure) {}

  @Access('organization:read')
  @Query(() => Erasure, { nullable: true, description: 'That your organization is to be erased; null where nobody has asked for it.' })
  async erasure(@CurrentCaller() caller: Caller): Promise<Erasure | null> {
    const row = await this.erasures.find(caller);
    return row && toErasure(row);
  }

  @OperatorOnly()
  @Query(() => [OrganizationErasure], { description: 'Of all organizations, newest first.' })
  async organizationErasures(): Promise<OrganizationErasure[]> {
    return (await this.erasures.all()).map((row) => ({ ...toErasure(row), handle: row.handle }));
  }

  @Access('organization:erase')
  @Mutation(() => Erasure, { description: 'Has your organization erased after a while. What is left then is records of money, under a pseudonym. Export it before.' })
  async requestErasure(@CurrentCaller() caller: Caller, @Args('input', { type: () => RequestErasureInput }) { confirm, forfeit }: RequestErasureInput): Promise<Erasure> {
    return toErasure(await this.erasures.request(caller, { confirm, forfeit: forfeit ?? false }));
  }

  @Access('organization:erase')
  @Mutation(() => Boolean, { description: 'Takes it back, as long as it waits.' })
  async cancelErasure(@CurrentCaller() caller: Caller): Promise<boolean> {
    await this.erasures.cancel(caller);
    return true;
  }
}

const STATES = { waiting: ErasureState.WAITING, closing: ErasureState.CLOSING, done: ErasureState.DONE } as const;

function toErasure({ state, forfeit, requestedAt, dueAt, erasedAt, obstacles }: ErasureRow): Erasure {
  return { state: STATES[state], forfeit, requestedAt, dueAt, erasedAt, obstacles };
}
