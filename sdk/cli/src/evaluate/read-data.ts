import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { file } from '@steelyard/client/node';
import { type Dataset, filesOfInput, type LabelledLine, type LineProblem, problemsOf, readDataset, type Scorer, withFiles } from '@steelyard/client/evaluation';
import { pathProblem } from '@steelyard/model-package';
import type { CommandIo } from '../command-io.js';
import { cliErrors } from '../errors.js';

export interface SentLines {
  readonly lines: readonly LabelledLine[];
  /** The input as it is given to the client: files as sources that are read when the call is made. */
  readonly sent: (line: LabelledLine) => Readonly<Record<string, unknown>>;
}

const PROBLEMS_SHOWN = 10;

/**
 * Reads a customer's labelled lines and sees that every one can be used, and that its files are there.
 * @throws AppError `CLI.DATA_INVALID` with what is wrong; `CLI.FILE_UNREADABLE`
 */
export async function readData(io: CommandIo, path: string, scorer: Scorer): Promise<SentLines> {
  const source = resolve(io.cwd, path);
  const dataset = readDataset(await readText(source, path));
  const folder = dirname(source);
  const problems = [...problemsOf(dataset, scorer), ...(await fileProblems(dataset, folder))].sort((a, b) => a.line - b.line);
  if (dataset.lines.length === 0 && problems.length === 0) problems.push({ line: 1, message: 'is where the first line should be' });
  if (problems.length > 0) throw cliErrors.DATA_INVALID({ path, problems: problems.slice(0, PROBLEMS_SHOWN), more: Math.max(0, problems.length - PROBLEMS_SHOWN) });
  return { lines: dataset.lines, sent: ({ input }) => withFiles(input, (name) => file(join(folder, name))) };
}

async function readText(source: string, path: string): Promise<string> {
  try {
    return await readFile(source, 'utf8');
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
}

/** A file of data may come from others: it names what lies beside it, and nothing else of this machine is sent. */
async function fileProblems({ lines }: Dataset, folder: string): Promise<LineProblem[]> {
  const root = await realpath(folder);
  const known = new Map<string, string | undefined>();
  const problems: LineProblem[] = [];
  for (const { line, input } of lines) {
    for (const name of filesOfInput(input)) {
      if (!known.has(name)) known.set(name, await fileProblem(root, name));
      const problem = known.get(name);
      if (problem !== undefined) problems.push({ line, message: `names the file ${JSON.stringify(name)}: ${problem}` });
    }
  }
  return problems;
}

async function fileProblem(root: string, name: string): Promise<string | undefined> {
  const problem = pathProblem(name);
  if (problem !== undefined) return problem;
  const real = await realpath(join(root, name)).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isFile()) return 'there is no such file beside the data';
  return real.startsWith(root.endsWith(sep) ? root : root + sep) ? undefined : 'it is a link that leads elsewhere';
}
