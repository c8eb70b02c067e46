import { type Dataset, filesOfInput, type LineProblem, readDataset } from '@steelyard/client/evaluation';

/** A file that was dropped or chosen, by its path below what was dropped. */
export interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

/** A customer's own data, opened in the browser: nothing of it is sent before the evaluation starts. */
export interface OpenedData {
  readonly name: string;
  readonly dataset: Dataset;
  /** Files that lines name and that were not dropped with them. */
  readonly missing: readonly LineProblem[];
  /** A file that a line names. */
  readonly fileAt: (path: string) => File | undefined;
}

const DATA = /\.(jsonl|ndjson)$/i;

/** What was dropped as data; undefined where it is not one file of lines, and what lies beside it. */
export async function openData(files: readonly DroppedFile[]): Promise<OpenedData | undefined> {
  const [data, second] = files.filter(({ path }) => DATA.test(path));
  if (!data || second) return undefined;
  const folder = data.path.slice(0, data.path.lastIndexOf('/') + 1);
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const fileAt = (path: string): File | undefined => byPath.get(folder + path);
  const dataset = readDataset(await data.file.text());
  const missing = dataset.lines.flatMap(({ line, input }) => filesOfInput(input).filter((path) => !fileAt(path)).map((message) => ({ line, message })));
  return { name: data.file.name, dataset, missing, fileAt };
}
