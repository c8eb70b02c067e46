import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { nameOf } from '@steelyard/model-package/new-package';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { checkName, checkPrice } from '../scaffold/given-facts.js';
import { packageOfOnnxFile } from '../scaffold/package-of-onnx-file.js';
import { writePackage } from '../scaffold/package-files.js';

/** What a folder says in its `model.yaml`, and a file cannot. */
export interface FileFlags {
  readonly price?: string;
  readonly name?: string;
  readonly license?: string;
  readonly intendedUse?: string;
}

/**
 * Uses a package's folder; for a model file that of the package which `init --from` makes of it, for as long as it is used.
 * @throws AppError `CLI.ARGUMENT_INVALID` | `CLI.MODEL_UNFIT`
 */
export async function asFolder(context: CommandContext, path: string, flags: FileFlags, use: (dir: string) => Promise<ExitCode>): Promise<ExitCode> {
  const file = resolve(context.io.cwd, path);
  if (!(await isFile(file))) {
    if (extname(file) === '.onnx') throw cliErrors.FILE_UNREADABLE({ path, reason: 'there is no such file' });
    const [given] = Object.keys(flags);
    if (given !== undefined) throw cliErrors.ARGUMENT_INVALID({ argument: `--${given === 'intendedUse' ? 'intended-use' : given}`, problem: 'is for a model file; what a folder offers is in its model.yaml' });
    return use(path);
  }
  if (flags.price === undefined) throw cliErrors.ARGUMENT_INVALID({ argument: '--price', problem: 'is missing: say what a call of the model costs, e.g. --price 0.001' });
  const name = checkName(flags.name ?? nameOf(file.slice(0, file.length - extname(file).length)));
  const dir = await mkdtemp(join(tmpdir(), 'steelyard-package-'));
  try {
    await writePackage(dir, await packageOfOnnxFile({ file, name, price: checkPrice(flags.price), license: flags.license, intendedUse: flags.intendedUse }));
    const exitCode = await use(dir);
    const why = exitCode === ExitCode.ok ? 'To change its card, samples or schemas' : 'If it is the made-up sample that does not fit';
    context.note(context.style.dim(`${why}: steelyard init ${name} --from ${path}, edit what it makes, and publish the folder.`));
    return exitCode;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
