import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'A process that has a model loaded.' })
export class Runner {
  @Field(() => Int, { nullable: true })
  pid!: number | null;

  @Field(() => String, { description: 'starting, ready or closing' })
  state!: string;

  @Field(() => String)
  device!: string;

  @Field(() => String, { nullable: true, description: 'Why it is not on the accelerator that its model prefers and its runtime can use.' })
  deviceReason!: string | null;

  @Field(() => Int)
  threads!: number;

  @Field(() => Float, { description: "Of the machine's memory." })
  memoryBytes!: number;

  @Field(() => Float, { nullable: true, description: "Of an accelerator's memory: as its runtime says, otherwise as its files suggest." })
  deviceMemoryBytes!: number | null;

  @Field(() => Int)
  inFlight!: number;

  @Field(() => [String], { description: 'The protections that this process has.' })
  protections!: string[];
}

@ObjectType({ description: 'A version that the engine knows of, with a runner or without.' })
export class EngineModel {
  @Field(() => String)
  label!: string;

  @Field(() => ID)
  digest!: string;

  @Field(() => String, { description: 'idle, loading, ready, backing-off or unhealthy' })
  state!: string;

  @Field(() => Boolean)
  pinned!: boolean;

  @Field(() => Int)
  queued!: number;

  @Field(() => Int)
  inFlight!: number;

  @Field(() => Float, { description: 'Answered since the engine came up.' })
  calls!: number;

  @Field(() => Float, { description: 'Average batch of late.' })
  batchSize!: number;

  @Field(() => Int, { description: 'How often a runner was lost or did not load.' })
  faults!: number;

  @Field(() => String, { nullable: true })
  lastFault!: string | null;

  @Field(() => Float, { nullable: true, description: 'Start of the process and load of the model, the last time, in milliseconds.' })
  coldStartMs!: number | null;

  @Field(() => [Runner])
  runners!: Runner[];
}

@ObjectType({ description: 'Where models can be: the memory and cores of the machine, or an accelerator.' })
export class EngineDevice {
  @Field(() => String)
  name!: string;

  @Field(() => Float, { nullable: true, description: 'What the models may take together; null where nothing says how much memory there is.' })
  budgetBytes!: number | null;

  @Field(() => Float)
  usedBytes!: number;

  @Field(() => Float, { description: 'Set aside for models that are being loaded.' })
  reservedBytes!: number;

  @Field(() => Int, { nullable: true, description: 'Of the machine.' })
  cores!: number | null;
}

@ObjectType()
export class Protection {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  active!: boolean;

  @Field(() => String, { nullable: true })
  reason!: string | null;
}

@ObjectType()
export class EngineStatus {
  @Field(() => [EngineDevice])
  devices!: EngineDevice[];

  @Field(() => [EngineModel])
  models!: EngineModel[];

  @Field(() => [Protection], { description: 'Which protections the processes that run models have on this machine.' })
  protections!: Protection[];
}

@ObjectType()
export class UnusableDevice {
  @Field(() => String)
  device!: string;

  @Field(() => String)
  reason!: string;
}

@ObjectType({ description: 'What a runtime can use on this machine, and why not the rest.' })
export class RuntimeDevices {
  @Field(() => String)
  runtime!: string;

  @Field(() => String)
  version!: string;

  @Field(() => [String])
  usable!: string[];

  @Field(() => [UnusableDevice])
  unusable!: UnusableDevice[];

  @Field(() => String, { nullable: true, description: 'Why the runtime itself cannot be used.' })
  problem!: string | null;
}
