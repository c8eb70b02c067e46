import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { ListAlerts } from '../alerts/list-alerts.js';
import { UndeliveredAlert } from './alert.graphql-types.js';

const SHOWN_MAX = 100;
const SHOWN_MS = 30 * 24 * 60 * 60 * 1_000;

@Resolver(() => UndeliveredAlert)
export class AlertOperatorResolver {
  constructor(@Inject(ListAlerts) private readonly alerts: ListAlerts) {}

  @OperatorOnly()
  @Query(() => [UndeliveredAlert], { description: 'Alerts of the last 30 days that were given up, newest first, at most 100.' })
  undeliveredAlerts(): Promise<UndeliveredAlert[]> {
    return this.alerts.undelivered(new Date(Date.now() - SHOWN_MS), SHOWN_MAX);
  }
}
