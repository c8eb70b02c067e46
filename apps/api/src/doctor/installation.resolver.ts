import { Inject } from '@nestjs/common';
import { Field, ID, ObjectType, Query, registerEnumType, Resolver } from '@nestjs/graphql';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { INSTALLATION_CHECKS, type CheckLevel, type InstallationChecks } from '@steelyard/platform-observability';

const LEVEL = { OK: 'ok', WARN: 'warn', FAIL: 'fail' } as const satisfies Record<string, CheckLevel>;
registerEnumType(LEVEL, { name: 'CheckLevel', description: 'WARN: fine for some, and to be looked at. FAIL: not to be put on the internet like this.' });

@ObjectType({ description: 'Something about the installation that was looked at just now.' })
export class InstallationCheck {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'access, secrets, data, models, money, network or records.' })
  group!: string;

  @Field(() => LEVEL)
  level!: CheckLevel;

  @Field(() => String, { description: 'What was looked at.' })
  what!: string;

  @Field(() => String, { description: 'How it is.' })
  found!: string;

  @Field(() => String, { nullable: true, description: 'What may come of it.' })
  why?: string | undefined;

  @Field(() => String, { nullable: true, description: 'What to do about it.' })
  fix?: string | undefined;
}

@Resolver()
export class InstallationResolver {
  constructor(@Inject(INSTALLATION_CHECKS) private readonly checks: InstallationChecks) {}

  @OperatorOnly()
  @Query(() => [InstallationCheck], { description: 'Whether the installation is fit to be put on the internet: looks at everything that can be seen from within.' })
  installationChecks(): Promise<InstallationCheck[]> {
    return this.checks.run();
  }
}
