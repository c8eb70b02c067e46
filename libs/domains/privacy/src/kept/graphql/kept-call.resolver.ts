import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { ReadKeptCall, type KeptContent as Content } from '../read-kept-call.js';
import { KeptCall, KeptState, type KeptContent } from './kept-call.graphql-types.js';

const STATES = { kept: KeptState.KEPT, 'too-large': KeptState.TOO_LARGE, dropped: KeptState.DROPPED } as const;

@Resolver(() => KeptCall)
export class KeptCallResolver {
  constructor(@Inject(ReadKeptCall) private readonly calls: ReadKeptCall) {}

  @Access('calls:read')
  @Query(() => KeptCall, { nullable: true, description: 'What is kept of a call of your organization; null where nothing is.' })
  async keptCall(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<KeptCall | null> {
    const found = await this.calls.find(caller, id);
    return found ? { ...found, input: toContent(found.input), output: found.output && toContent(found.output) } : null;
  }
}

function toContent({ state, ...content }: Content): KeptContent {
  return { ...content, state: STATES[state] };
}
