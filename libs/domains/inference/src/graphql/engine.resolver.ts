import { setTimeout as delay } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { DISPATCH, type Dispatch } from '@steelyard/dispatch';
import { OperatorOnly, type GraphqlContext } from '@steelyard/platform-graphql';
import { EngineStatus, RuntimeDevices } from './engine.graphql-types.js';

const EVERY_MS = 1_000;

@Resolver()
export class EngineResolver {
  constructor(@Inject(DISPATCH) private readonly dispatch: Dispatch) {}

  @Query(() => EngineStatus, { description: 'Devices, loaded models, queues, memory and faults of the engine now.' })
  @OperatorOnly()
  engine(): EngineStatus {
    const { devices, models, protections } = this.dispatch.status();
    return {
      devices: devices.map((device) => ({ ...device, budgetBytes: device.budgetBytes ?? null, cores: device.cores ?? null })),
      models: models.map((model) => ({
        ...model,
        lastFault: model.lastFault ?? null,
        coldStartMs: model.coldStartMs ?? null,
        runners: model.runners.map((runner) => ({
          ...runner,
          pid: runner.pid ?? null,
          deviceReason: runner.deviceReason ?? null,
          deviceMemoryBytes: runner.deviceMemoryBytes ?? null,
          protections: [...runner.protections],
        })),
      })),
      protections: protections.map((protection) => ({ ...protection, reason: protection.reason ?? null })),
    };
  }

  @Subscription(() => EngineStatus, { resolve: (status: EngineStatus) => status, description: 'The engine now, and again each second.' })
  @OperatorOnly()
  async *engineChanges(@Context() { signal }: GraphqlContext): AsyncGenerator<EngineStatus> {
    while (!signal?.aborted) {
      yield this.engine();
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  @Query(() => [RuntimeDevices], { description: 'What was found for each runtime on this machine. The first time this starts a process for each.' })
  @OperatorOnly()
  async engineDevices(): Promise<RuntimeDevices[]> {
    const found = await this.dispatch.devices();
    return found.map((entry) => ({ ...entry, usable: [...entry.usable], unusable: [...entry.unusable], problem: entry.problem ?? null }));
  }

  @Mutation(() => Boolean, { description: 'Keeps a version loaded, from now on or no more. `digest` and `label` are those of the engine.' })
  @OperatorOnly()
  async pinModel(
    @Args('digest', { type: () => ID }) digest: string,
    @Args('label', { type: () => String }) label: string,
    @Args('pinned', { type: () => Boolean }) pinned: boolean,
  ): Promise<boolean> {
    await this.dispatch.pin({ digest, label }, pinned);
    return pinned;
  }

  @Mutation(() => Boolean, { description: 'Ends the processes of a version when nothing runs on them. False when it is busy or not loaded.' })
  @OperatorOnly()
  unloadModel(@Args('digest', { type: () => ID }) digest: string): boolean {
    return this.dispatch.unload(digest);
  }
}
