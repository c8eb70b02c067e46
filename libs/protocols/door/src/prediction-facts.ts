import type { PredictResult, PredictTimings } from '@steelyard/domain-inference';
import { listPersonal } from '@steelyard/kernel';
import type { HeaderFields } from '@steelyard/platform-http';

/** What is said of a prediction beside its output, as headers. */
export function headersOf({ predictionId, version, amountNano, lines, isFree, currency, timings, masked, replayed }: PredictResult): HeaderFields {
  return {
    'steelyard-prediction-id': predictionId,
    'steelyard-model': version.label,
    'steelyard-cost-nano': amountNano.toString(),
    'steelyard-currency': currency,
    'steelyard-receipt': `/v1/predictions/${predictionId}/receipt`,
    'steelyard-units': lines.map(({ unit, quantity }) => `${unit}=${quantity}`).join(', '),
    ...(isFree && { 'steelyard-free': 'true' }),
    ...(masked && { 'steelyard-masked': listPersonal(masked).map(({ kind, count }) => `${kind}=${count}`).join(', ') }),
    'server-timing': serverTiming(timings),
    ...(version.deprecation && deprecationHeaders(version)),
    ...(replayed && { 'steelyard-replayed': 'true' }),
  };
}

/** The same as one JSON value, for the last event of a stream. */
export function factsOf({ predictionId, version, amountNano, lines, isFree, currency, masked, replayed, timings }: PredictResult): object {
  const { deprecation } = version;
  return {
    id: predictionId,
    model: version.label,
    costNano: amountNano.toString(),
    currency,
    units: lines.map(({ unit, quantity, amountNano: nano }) => ({ unit, quantity: quantity.toString(), amountNano: nano.toString() })),
    ...(isFree && { free: true }),
    ...(masked && { masked: listPersonal(masked) }),
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
function deprecationHeaders({ deprecation, owner, name }: PredictResult['version']): HeaderFields {
  const { since, sunsetAt, successor } = deprecation!;
  return {
    deprecation: `@${Math.floor(since.getTime() / 1_000)}`,
    sunset: sunsetAt.toUTCString(),
    ...(successor !== undefined && { link: `</models/${owner}/${name}?version=${encodeURIComponent(successor)}>; rel="successor-version"` }),
  };
}
