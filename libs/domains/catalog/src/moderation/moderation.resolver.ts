import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller, SignedInPerson } from '@steelyard/kernel';
import { Access, CurrentCaller, CurrentPerson, OperatorOnly, PageArgs, PersonOnly } from '@steelyard/platform-graphql';
import { CatalogReader } from '../graphql/catalog-reader.js';
import { Model } from '../graphql/catalog.graphql-types.js';
import { AbuseReport, AbuseReportConnection, AppealTakedownInput, ReportAbuseInput, ReportState, RulingInput, Takedown } from './moderation.graphql-types.js';
import { Moderation } from './moderation.js';

@Resolver(() => Model)
export class ModerationResolver {
  constructor(
    @Inject(Moderation) private readonly moderation: Moderation,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Mutation(() => ID, { description: 'Tells the operator what is wrong with a model; gives the id of the report. At most 10 a day. The provider is not told who spoke.' })
  @PersonOnly()
  reportAbuse(@CurrentPerson() person: SignedInPerson, @CurrentCaller() caller: Caller | undefined, @Args('input') input: ReportAbuseInput): Promise<string> {
    return this.moderation.report(person, caller, input);
  }

  @Query(() => AbuseReportConnection, { description: 'Newest first.' })
  @OperatorOnly()
  abuseReports(@Args() page: PageArgs, @Args('state', { type: () => ReportState, nullable: true }) state?: ReportState | null): Promise<AbuseReportConnection> {
    return this.moderation.reports(page, state ?? undefined);
  }

  @Mutation(() => AbuseReport, { description: 'Closes a report that needs nothing done.' })
  @OperatorOnly()
  dismissReport(@Args('id', { type: () => ID }) id: string, @Args('reason') reason: string): Promise<AbuseReport> {
    return this.moderation.dismiss(id, reason);
  }

  @Query(() => [Takedown], { description: 'Those in force, newest first, at most 200.' })
  @OperatorOnly()
  takedowns(): Promise<Takedown[]> {
    return this.moderation.takedowns();
  }

  @Mutation(() => Takedown, { description: 'From now on every call of the model is refused with CATALOG.MODEL_TAKEN_DOWN and the reason. Its open reports are closed.' })
  @OperatorOnly()
  takeDownModel(@CurrentCaller() caller: Caller, @Args('input') input: RulingInput): Promise<Takedown> {
    return this.moderation.takeDown(caller, input);
  }

  @Mutation(() => Takedown, { description: 'The model answers and is listed as before.' })
  @OperatorOnly()
  restoreModel(@CurrentCaller() caller: Caller, @Args('input') input: RulingInput): Promise<Takedown> {
    return this.moderation.decide(caller, 'restored', input);
  }

  @Mutation(() => Takedown, { description: 'Answers an appeal: the model stays taken down.' })
  @OperatorOnly()
  keepTakedown(@CurrentCaller() caller: Caller, @Args('input') input: RulingInput): Promise<Takedown> {
    return this.moderation.decide(caller, 'kept', input);
  }

  @Mutation(() => Model, { description: "Files your organization's one note on a takedown, for the operator to decide." })
  @Access('models:publish')
  async appealTakedown(@CurrentCaller() caller: Caller, @Args('input') input: AppealTakedownInput): Promise<Model> {
    return this.reader.ownModel(caller, await this.moderation.appeal(caller, input));
  }

  @ResolveField(() => Takedown, { nullable: true, description: 'The newest one, for the owner alone; in force unless it was restored.' })
  async takedown(@Parent() model: Model): Promise<Takedown | null> {
    return (await model.batch.takedown(model.id)) ?? null;
  }
}
