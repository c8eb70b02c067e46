/**
 * Calls of past days, made up, so that charts and figures have something to show. They go through the same flush as real ones, so the books
 * balance; all are made with a key that is called "demo data", and the server says that it is a demonstration.
 */
import { flushUsage } from '@steelyard/domain-metering';
import { feeOf, newId } from '@steelyard/kernel';
import { openDatabase } from '@steelyard/platform-database';

const DAYS = 14;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 500;
const FEE_BASIS_POINTS = 1_500;
/** Calls on a working day, and what a call takes in the middle. */
const TRAFFIC = { digits: { perDay: 180, medianMs: 2.4 }, 'breast-cancer': { perDay: 40, medianMs: 1.8 } };
const FAULT_SHARE = 0.004;

/** Writes the history of one consumer's use of one provider's models; gives how many calls that were. */
export async function writeHistory({ dataDir, provider, consumer, keyId }) {
  const database = await openDatabase({ dataDir });
  try {
    const { rows: offers } = await database.pool.query(
      `SELECT m.name, m.id AS model_id, v.id AS version_id, p.id AS price_id, p.unit, p.amount_nano, p.currency, m.tenant_id AS provider_id, c.id AS consumer_id
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

function callsOf(offer, { keyId, random, nowMs }) {
  const { perDay, medianMs } = TRAFFIC[offer.name];
  const records = [];
  for (let day = DAYS; day >= 1; day -= 1) {
    const dayStartMs = nowMs - day * DAY_MS;
    const isWeekend = [0, 6].includes(new Date(dayStartMs).getUTCDay());
    const calls = Math.round(perDay * (isWeekend ? 0.35 : 1) * (0.8 + 0.4 * random()) * (1 + (DAYS - day) / DAYS));
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
  const amountNano = failed ? 0n : BigInt(offer.amount_nano);
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
    unit: offer.unit,
    quantity: failed ? 0n : 1n,
    amountNano,
    feeNano: feeOf(amountNano, FEE_BASIS_POINTS),
    currency: offer.currency,
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
