import type { Manifest, PostOp, PreOp } from './manifest.js';

/** The artifact that an op reads when the model is loaded; the model's runtime does not get to see it. */
export function opFileOf(op: PreOp | PostOp): string | undefined {
  return 'vocabulary' in op ? op.vocabulary : undefined;
}

/** The artifacts that ops read, each once. */
export function opFilesOf({ pre, post }: Pick<Manifest, 'pre' | 'post'>): ReadonlySet<string> {
  return new Set([...pre, ...post].map(opFileOf).filter((file) => file !== undefined));
}
