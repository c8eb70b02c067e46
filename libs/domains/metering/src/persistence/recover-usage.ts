import { plainArray, textArray, type Pool } from '@steelyard/platform-database';

/** Something in a log that became no usage row, and what was done about it. */
export interface Recovery {
  readonly eventId: string;
  readonly consumerTenantId: string;
  /** `void`: begun and never ended. `refused`: the database would not take the usage. Either way nothing was charged. */
  readonly action: 'void' | 'refused';
  readonly detail: string;
}

/** Writes one row for each, once, and gives back what their holds held. Gives the number of holds. Errors are those of `pg`. */
export async function recoverUsage(pool: Pool, recoveries: readonly Recovery[]): Promise<number> {
  const { rows } = await pool.query<{ released: number }>('SELECT usage_recover($1, $2, $3, $4) AS released', [
    plainArray(recoveries.map((recovery) => recovery.eventId)),
    plainArray(recoveries.map((recovery) => recovery.consumerTenantId)),
    plainArray(recoveries.map((recovery) => recovery.action)),
    textArray(recoveries.map((recovery) => recovery.detail)),
  ]);
  return rows[0]!.released;
}
