import type { Pool } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';
import { LastUse } from '../keys/last-use.js';

/** When each session was last seen, by its id. */
export class SessionUse extends LastUse {
  constructor(pool: Pick<Pool, 'query'>, log: Logger) {
    super(pool, log, {
      what: 'sessions',
      statement: `WITH used AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)),
                       free AS (SELECT id FROM session WHERE id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED)
                  UPDATE session SET last_seen_at = used.at FROM used JOIN free USING (id)
                   WHERE session.id = used.id AND last_seen_at < used.at`,
    });
  }
}
