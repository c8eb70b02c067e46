/** A file that the package needs. */
export interface NeededFile {
  readonly path: string;
  /** What names it: `artifacts`, `card`, `samples/`, or the path of a sample. */
  readonly namedBy: string;
}

export interface SampleText {
  readonly path: string;
  readonly text: string;
}

const CARD = 'README.md';

/** Paths of the samples among a package's files. */
export function samplePaths(paths: readonly string[]): string[] {
  return paths.filter((path) => /^samples\/[^/]+\.json$/.test(path)).sort();
}

/**
 * Every file that a package needs, each once: artifacts, card, samples and the files that those name. Whether a sample makes sense is for the
 * server to say; one that is no JSON names nothing.
 */
export function neededFiles(manifest: unknown, samples: readonly SampleText[]): NeededFile[] {
  const { artifacts, card } = (manifest ?? {}) as { artifacts?: readonly { readonly path: string }[]; card?: string };
  const needed = new Map<string, NeededFile>();
  const need = (path: string, namedBy: string) => needed.has(path) || needed.set(path, { path, namedBy });
  for (const { path } of artifacts ?? []) need(path, 'artifacts');
  need(card ?? CARD, 'card');
  for (const { path } of samples) need(path, 'samples/');
  for (const { path, text } of samples) for (const file of filesNamedIn(parse(text))) need(file, path);
  return [...needed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The paths of each `{"$file": path}` in a value. */
function filesNamedIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { $file } = value as { $file?: unknown };
  return typeof $file === 'string' ? [$file] : Object.values(value).flatMap(filesNamedIn);
}
