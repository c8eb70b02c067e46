import { manifestProblems, readManifest } from '@steelyard/model-package';

export interface CheckedText {
  /** Line and column are null where a problem is of no one place. */
  readonly problems: readonly { readonly path: string; readonly message: string; readonly line: number | null; readonly column: number | null }[];
  /** What `publishVersion` takes; null when there are problems. */
  readonly manifest: unknown;
}

/** What is wrong with the text of a `model.yaml`, and what it means when nothing is. */
export function checkManifestText(text: string): CheckedText {
  try {
    return { problems: [], manifest: readManifest(text).source };
  } catch (error) {
    const problems = manifestProblems(error);
    if (problems.length === 0) throw error;
    return { problems: problems.map(({ path, message, line, column }) => ({ path, message, line: line || null, column: column || null })), manifest: null };
  }
}
