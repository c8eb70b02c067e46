import type { PredictResult, PredictTimings } from '@steelyard/domain-inference';
import type { FastifyReply } from 'fastify';

/** What is said of a prediction beside its output, as headers. */
export function writeFacts(reply: FastifyReply, result: PredictResult): void {
  reply.headers({
    'steelyard-prediction-id': result.predictionId,
    'steelyard-model': result.version.label,
    'steelyard-cost-nano': result.amountNano.toString(),
    'steelyard-currency': result.currency,
    'server-timing': serverTiming(result.timings),
  });
  writeDeprecation(reply, result.version);
  if (result.replayed) reply.header('steelyard-replayed', 'true');
}

/** The same as one JSON value, for the last event of a stream. */
export function factsOf({ predictionId, version, amountNano, currency, replayed, timings }: PredictResult): object {
  const { deprecation } = version;
  return {
    id: predictionId,
    model: version.label,
    costNano: amountNano.toString(),
    currency,
    replayed,
    timings,
    ...(deprecation && {
      deprecation: { since: deprecation.since, sunsetAt: deprecation.sunsetAt, successor: deprecation.successor && `${version.owner}/${version.name}@${deprecation.successor}` },
    }),
  };
}

/** `cold` is there when the model had to be loaded for the call. */
function serverTiming({ queueMs, computeMs, totalMs, coldStartMs }: PredictTimings): string {
  const cold = coldStartMs > 0 ? `, cold;dur=${coldStartMs.toFixed(2)}` : '';
  return `queue;dur=${queueMs.toFixed(2)}, compute;dur=${computeMs.toFixed(2)}, total;dur=${totalMs.toFixed(2)}${cold}`;
}

/** `Deprecation` as in RFC 9745, `Sunset` as in RFC 8594, and where to go from here. */
function writeDeprecation(reply: FastifyReply, { deprecation, owner, name }: PredictResult['version']): void {
  if (!deprecation) return;
  const { since, sunsetAt, successor } = deprecation;
  reply.headers({ deprecation: `@${Math.floor(since.getTime() / 1_000)}`, sunset: sunsetAt.toUTCString() });
  if (successor !== undefined) reply.header('link', `</models/${owner}/${name}?version=${encodeURIComponent(successor)}>; rel="successor-version"`);
}
