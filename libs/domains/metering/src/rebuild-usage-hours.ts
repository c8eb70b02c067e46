import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { meteringErrors } from './errors.js';
import { checkPeriod } from './usage-filter.js';

export interface HoursPeriod {
  readonly from: Date;
  readonly to: Date;
}

export interface RebuiltHours {
  /** Rows of the sums that are there now. */
  readonly made: number;
  /** Rows that were not what the calls add up to, or missing, before. */
  readonly wrong: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
/** What is answered in a reasonable time. */
const LIMIT_DAYS = 92;

/** The hourly sums against the calls that they are of, in whole hours: the operator's means against a doubt. All throw AppError `METERING.PERIOD_INVALID`, `METERING.REBUILD_TOO_LONG`. */
@Injectable()
export class RebuildUsageHours {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** How many rows of the sums are not what their calls add up to, or are missing: 0. What is written meanwhile does not disturb it. */
  async wrong(period: HoursPeriod): Promise<number> {
    let wrong = 0;
    for (const [from, to] of daysOf(period)) wrong += await this.#number('SELECT usage_wrong_hours($1, $2) AS number', [from, to]);
    return wrong;
  }

  /** Adds all up anew, day by day: whoever writes usage waits for one day of it at most. Broken off it may be done again. */
  async rebuild(period: HoursPeriod): Promise<RebuiltHours> {
    const result = { made: 0, wrong: 0 };
    for (const [from, to] of daysOf(period)) {
      result.wrong += await this.#number('SELECT usage_wrong_hours($1, $2) AS number', [from, to]);
      result.made += await this.#number('SELECT usage_rebuild_hours($1, $2) AS number', [from, to]);
    }
    return result;
  }

  async #number(text: string, values: readonly Date[]): Promise<number> {
    const { rows } = await this.database.pool.query<{ number: number }>(text, values.map((time) => time.toISOString()));
    return rows[0]!.number;
  }
}

/** Cut at midnight UTC: an hour is in one of them only. */
function daysOf(period: HoursPeriod): [Date, Date][] {
  checkPeriod(period);
  const [fromMs, toMs] = [period.from.getTime(), period.to.getTime()];
  if (toMs - fromMs > LIMIT_DAYS * DAY_MS) throw meteringErrors.REBUILD_TOO_LONG({ limitDays: LIMIT_DAYS });
  const days: [Date, Date][] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const endMs = Math.min((Math.floor(atMs / DAY_MS) + 1) * DAY_MS, toMs);
    days.push([new Date(atMs), new Date(endMs)]);
    atMs = endMs;
  }
  return days;
}
