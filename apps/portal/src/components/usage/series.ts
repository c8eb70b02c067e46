import { stretchesOf, type Period } from './period';

/** One bucket of the server's series, as far as charts need it. */
export interface Bucket {
  readonly start: string;
  readonly group?: string | null;
  readonly groupName?: string | null;
  readonly calls: number;
  readonly amountNano: string;
  readonly feeNano: string;
}

/** What is drawn: money in nano-units or a count, both exact. */
export type Measure = (bucket: Bucket) => bigint;

export interface SeriesGroup {
  readonly key: string;
  readonly name: string;
  readonly total: bigint;
}

export interface Series {
  readonly starts: readonly Date[];
  /** Largest first; the smallest together as the last, when there are more than can be told apart. */
  readonly groups: readonly SeriesGroup[];
  readonly valueOf: (start: Date, group: SeriesGroup) => bigint;
}

/** As many as can be told apart by colour, the last of them for all others. */
export const GROUPS_MAX = 6;
const OTHERS = 'others';

/** Puts buckets into the stretches of a period and the groups that are shown. */
export function seriesOf(buckets: readonly Bucket[], options: { period: Period; measure: Measure; nameless: string; others: string }): Series {
  const { measure, nameless } = options;
  const totals = new Map<string, { name: string; total: bigint }>();
  for (const bucket of buckets) {
    const key = bucket.group ?? '';
    const name = bucket.groupName ?? (bucket.group == null ? '' : `${nameless} ${bucket.group.slice(0, 8)}`);
    totals.set(key, { name, total: (totals.get(key)?.total ?? 0n) + measure(bucket) });
  }
  const sorted = [...totals].map(([key, group]) => ({ key, ...group })).sort((a, b) => (a.total < b.total ? 1 : -1));
  const shown = sorted.length <= GROUPS_MAX ? sorted : sorted.slice(0, GROUPS_MAX - 1);
  const rest = sorted.slice(shown.length);
  const groups = rest.length === 0 ? shown : [...shown, { key: OTHERS, name: options.others, total: rest.reduce((sum, { total }) => sum + total, 0n) }];

  const kept = new Set(shown.map(({ key }) => key));
  const values = new Map<string, bigint>();
  for (const bucket of buckets) {
    const key = `${Date.parse(bucket.start)} ${kept.has(bucket.group ?? '') ? (bucket.group ?? '') : OTHERS}`;
    values.set(key, (values.get(key) ?? 0n) + measure(bucket));
  }
  return { starts: stretchesOf(options.period), groups, valueOf: (start, { key }) => values.get(`${start.getTime()} ${key}`) ?? 0n };
}
