import { Field, Float, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'Whether the hourly sums of usage are what the calls add up to.' })
export class UsageHoursCheck {
  @Field(() => Boolean)
  match!: boolean;

  @Field(() => Float, { description: 'Rows of the sums that are not what their calls add up to, or are missing.' })
  wrong!: number;
}

@ObjectType({ description: 'Hourly sums of usage that were added up anew.' })
export class UsageHoursRebuild {
  @Field(() => Float, { description: 'Rows of the sums that there are now.' })
  made!: number;

  @Field(() => Float, { description: 'Rows that were not what their calls add up to, or missing, until now.' })
  wrong!: number;
}
