import { objectOf } from '../input-form';

export interface Classification {
  readonly label: string;
  readonly score: number;
  /** The most probable first. */
  readonly scores: readonly { readonly label: string; readonly score: number }[];
}

/** The output when it is one of the classification tasks. */
export function classificationOf(output: unknown): Classification | undefined {
  const { label, score, scores } = objectOf(output);
  if (typeof label !== 'string' || typeof score !== 'number' || !Array.isArray(scores)) return undefined;
  const read = scores.map(objectOf).flatMap((entry) => (typeof entry['label'] === 'string' && typeof entry['score'] === 'number' ? [{ label: entry['label'], score: entry['score'] }] : []));
  return read.length === scores.length ? { label, score, scores: read.sort((a, b) => b.score - a.score) } : undefined;
}
