/**
 * Calls of past days, made up, so that charts and figures have something to show, and so that a month is over that can be invoiced. They are rated
 * by their price and go through the same flush as real ones, so the books balance and invoices can be computed again; all are made with a key
 * that is called "demo data", and the server says that it is a demonstration.
 */
import { flushUsage } from '@steelyard/domain-metering';
import { feeOf, newId, rateTerms, readTerms } from '@steelyard/kernel';
import { openDatabase } from '@steelyard/platform-database';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 1_000;
const FEE_BASIS_POINTS = 1_500;
/** Calls on a working day of these weeks, and what a call takes in the middle. */
const TRAFFIC = { digits: { perDay: 300, medianMs: 2.4 }, 'breast-cancer': { perDay: 65, medianMs: 1.8 } };
const TAGS = ['screening', 'screening', 'research', undefined];
const FAULT_SHARE = 0.004;

/** The last month that is over. */
export function lastMonth(nowMs = Date.now()) {
  const now = new Date(nowMs);
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1));
  return { startMs: start.getTime(), period: start.getUTCFullYear() * 100 + start.getUTCMonth() + 1 };
}

/** Writes the history of one consumer's use of one provider's models, from the first day of the last month to yesterday; gives how many calls that were. */
export async function writeHistory({ dataDir, provider, consumer, keyId }) {
  const database = await openDatabase({ dataDir });
  try {
    const { rows: offers } = await database.pool.query(
      `SELECT m.name, m.id AS model_id, v.id AS version_id, p.id AS price_id, p.currency, p.components, p.free, m.tenant_id AS provider_id, c.id AS consumer_id
         FROM organization AS o JOIN model AS m ON m.tenant_id = o.id
         JOIN channel AS ch ON ch.tenant_id = m.tenant_id AND ch.model_id = m.id AND ch.name = 'stable'
         JOIN model_version AS v ON v.tenant_id = ch.tenant_id AND v.id = ch.version_id
         JOIN price AS p ON p.tenant_id = v.tenant_id AND p.version_id = v.id
         JOIN organization AS c ON c.handle = $2
        WHERE o.handle = $1`,
      [provider, consumer],
    );
    const random = mulberry32(20261122);
    const records = offers.flatMap((offer) => callsOf(offer, { keyId, random, nowMs: Date.now() }));
    for (let at = 0; at < records.length; at += BATCH) await flushUsage(database.pool, records.slice(at, at + BATCH));
    return records.length;
  } finally {
    await database.close();
  }
}

/** More from day to day, and fewer at weekends. */
function callsOf(offer, { keyId, random, nowMs }) {
  const { perDay, medianMs } = TRAFFIC[offer.name];
  const { startMs } = lastMonth(nowMs);
  const days = Math.floor((nowMs - startMs) / DAY_MS);
  const records = [];
  for (let day = 0; day < days; day += 1) {
    const dayStartMs = startMs + day * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(dayStartMs).getUTCDay());
    const calls = Math.round(perDay * (isWeekend ? 0.35 : 1) * (0.8 + 0.4 * random()) * ((day + 1) / days));
    for (let call = 0; call < calls; call += 1) {
      // Two draws: most calls come in the middle of the day.
      const occurredAtMs = Math.floor(dayStartMs + ((random() + random()) / 2) * DAY_MS * 0.99);
      records.push(recordOf(offer, { keyId, random, occurredAtMs, medianMs }));
    }
  }
  return records;
}

function recordOf(offer, { keyId, random, occurredAtMs, medianMs }) {
  const failed = random() < FAULT_SHARE;
  const { amountNano, lines } = rateTerms(failed ? {} : { request: 1n }, readTerms(offer));
  const totalMs = medianMs * Math.exp(0.45 * normal(random));
  return {
    eventId: newId(occurredAtMs),
    consumerTenantId: offer.consumer_id,
    providerTenantId: offer.provider_id,
    keyId,
    modelId: offer.model_id,
    versionId: offer.version_id,
    priceId: offer.price_id,
    status: failed ? 'failed' : 'succeeded',
    errorCode: failed ? 'ENGINE.RUNNER_LOST' : undefined,
    unit: lines[0].unit,
    quantity: lines[0].quantity,
    amountNano,
    feeNano: feeOf(amountNano, FEE_BASIS_POINTS),
    currency: offer.currency,
    tag: TAGS[Math.floor(random() * TAGS.length)],
    queueMicros: Math.round(totalMs * 100),
    computeMicros: Math.round(totalMs * 350),
    totalMicros: Math.round(totalMs * 1_000),
    occurredAtMs,
  };
}

/** The same history on every machine. https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Box and Muller. */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
