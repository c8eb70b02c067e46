import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { DISPATCH, type Dispatch } from '@steelyard/dispatch';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { EngineStatus } from './inference.graphql-types.js';

@Resolver()
export class EngineResolver {
  constructor(@Inject(DISPATCH) private readonly dispatch: Dispatch) {}

  @Query(() => EngineStatus, { description: 'The processes that run models now.' })
  @OperatorOnly()
  engine(): EngineStatus {
    const { runners, protections } = this.dispatch.status();
    return {
      runners: runners.map((runner) => ({ ...runner, pid: runner.pid ?? null })),
      protections: protections.map((protection) => ({ ...protection, reason: protection.reason ?? null })),
    };
  }
}
