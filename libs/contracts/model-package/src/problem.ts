/** Something wrong with a value. `path` is written as in code (`scores[0].label`), empty for the value itself. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** A problem of `model.yaml` and where it is; line and column start at 1 and are 0 when there is no text. */
export interface ManifestProblem extends Problem {
  readonly line: number;
  readonly column: number;
}

export type PathSegment = string | number;

/** A problem of a manifest before its place in the text is known. */
export interface LocatedProblem {
  readonly segments: readonly PathSegment[];
  /** Set when the fault is a key rather than its value. */
  readonly key?: string;
  readonly message: string;
}

/** Writes a path as code would: `pre[0].color`, `input.properties["a b"]`. */
export function formatPath(segments: readonly PathSegment[]): string {
  return segments.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(segment)) return `${text}[${JSON.stringify(segment)}]`;
    return text === '' ? segment : `${text}.${segment}`;
  }, '');
}

/** The segments of a JSON pointer (RFC 6901) into `root`; a segment of an array becomes a number. */
export function segmentsOfPointer(pointer: string, root: unknown): PathSegment[] {
  const segments: PathSegment[] = [];
  let value: unknown = root;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const segment = Array.isArray(value) ? Number(key) : key;
    segments.push(segment);
    value = (value as Record<PathSegment, unknown> | undefined)?.[segment];
  }
  return segments;
}
