import { objectOf } from '../../input-form';
import { readNumbers } from '../read';

/** A horizon beyond this is no forecast. */
const STEPS_MAX = 10_000;
/** Points of the past that stand before the forecast in a chart. */
const HISTORY_SHOWN = 300;
/** Points of the future in a chart. */
const FORECAST_SHOWN = 600;

export interface Forecast {
  readonly forecast: readonly number[];
  /** Below and above which a tenth of the outcomes is expected. */
  readonly band: { readonly lower: readonly number[]; readonly upper: readonly number[] } | undefined;
}

/** One step of the chart. Steps of the past count up to 0, those of the future from 1. */
export interface ChartPoint {
  readonly step: number;
  readonly history?: number;
  readonly forecast?: number;
  readonly band?: readonly [number, number];
}

/** The output when it is one of time series forecasting. */
export function forecastOf(output: unknown): Forecast | undefined {
  const { forecast, lower, upper } = objectOf(output);
  const middle = readNumbers(forecast, STEPS_MAX);
  if (!middle) return undefined;
  if (lower === undefined || upper === undefined) return { forecast: middle, band: undefined };
  const [below, above] = [readNumbers(lower, STEPS_MAX), readNumbers(upper, STEPS_MAX)];
  return below?.length === middle.length && above?.length === middle.length ? { forecast: middle, band: { lower: below, upper: above } } : undefined;
}

/** The end of the past and the beginning of the future. The lines meet at the last value that was measured. */
export function chartOf(history: readonly number[], { forecast, band }: Forecast): readonly ChartPoint[] {
  const past = history.slice(-HISTORY_SHOWN);
  const points: ChartPoint[] = past.map((value, at) => {
    const step = at - past.length + 1;
    return step === 0 ? { step, history: value, forecast: value, ...(band && { band: [value, value] as const }) } : { step, history: value };
  });
  const future = forecast.slice(0, FORECAST_SHOWN).map((value, at) => ({ step: at + 1, forecast: value, ...(band && { band: [band.lower[at]!, band.upper[at]!] as const }) }));
  return [...points, ...future];
}
