import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nameOf } from '@steelyard/model-package/new-package';
import { isTask, TASK_NAMES } from '@steelyard/tasks';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { checkName, checkPrice } from '../scaffold/given-facts.js';
import { packageOfOnnxFile } from '../scaffold/package-of-onnx-file.js';
import { type ScaffoldFile, writePackage } from '../scaffold/package-files.js';
import { scaffoldPackage } from '../scaffold/scaffold-package.js';
import { RUNTIMES, type RuntimeName } from '../scaffold/templates.js';
import { ask } from '../terminal/prompt.js';
import type { Run } from './command-action.js';

interface InitFlags {
  readonly name?: string;
  readonly task?: string;
  readonly runtime?: string;
  readonly license?: string;
  readonly intendedUse?: string;
  readonly from?: string;
  readonly price: string;
}

export function addInit(program: Command, run: Run): void {
  program
    .command('init')
    .argument('[dir]', 'folder to make', 'my-model')
    .option('--from <file>', 'an ONNX model of yours: the package is made around it')
    .option('--name <name>', 'name of the model; default: the name of the folder')
    .option('--price <amount>', 'what a call costs, in US dollars, or free', '0.0001')
    .addOption(new Option('--task <task>', 'what the model does; default image-classification').choices(TASK_NAMES))
    .addOption(new Option('--runtime <runtime>', 'what runs it; default onnx').choices(RUNTIMES))
    .option('--license <spdx>', 'default Apache-2.0; with --from none is stated')
    .option('--intended-use <text>', 'with --from: for whom and for what your model was made; needed to list it publicly')
    .description('make a package that publishes as it is: a small model or your own, its manifest, card and samples')
    .addHelpText(
      'after',
      '\nExamples:\n  $ steelyard init digits\n  $ steelyard init my-model --from model.onnx --price 0.001\n  $ steelyard init patients --task tabular-classification\n  $ steelyard init hello --task custom --runtime echo',
    )
    .action(run(initPackage));
}

async function initPackage(context: CommandContext, dir: string, flags: InitFlags): Promise<void> {
  const target = resolve(context.io.cwd, dir);
  if (!(await isFree(target))) throw cliErrors.FOLDER_NOT_EMPTY({ path: target });
  const name = checkName(flags.name ?? (await choose(context, 'Name', nameOf(target))));
  const price = checkPrice(flags.price);
  const { task, runtime, files } = flags.from === undefined ? await smallModel(context, flags, { name, price }) : await ownModel(context, flags, { name, price });
  await writePackage(target, files);
  const paths = files.map(({ path }) => path);
  context.result({ dir: target, name, task, runtime, files: paths }, () =>
    [`${dir} holds a package that works: ${paths.join(', ')}`, '', 'Next:', `  steelyard model test ${dir}`, `  steelyard publish ${dir}`].join('\n'),
  );
}

interface Made {
  readonly task: string;
  readonly runtime: string;
  readonly files: readonly ScaffoldFile[];
}

async function smallModel(context: CommandContext, { license = 'Apache-2.0', ...flags }: InitFlags, facts: { name: string; price: string }): Promise<Made> {
  const task = flags.task ?? (await choose(context, 'Task', 'image-classification', TASK_NAMES));
  const runtime = flags.runtime ?? (task === 'custom' ? await choose(context, 'Runtime', 'onnx', RUNTIMES) : 'onnx');
  if (!isTask(task)) throw cliErrors.ARGUMENT_INVALID({ argument: `the task "${task}"`, problem: 'is not known' });
  return { task, runtime, files: scaffoldPackage({ ...facts, task, runtime: runtime as RuntimeName, license }) };
}

/** A file says what tensors a model takes, not what they mean: the package offers them as they are, and its owner may change that. */
async function ownModel(context: CommandContext, { from = '', task = 'custom', runtime = 'onnx', license, intendedUse }: InitFlags, facts: { name: string; price: string }): Promise<Made> {
  if (task !== 'custom') throw cliErrors.ARGUMENT_INVALID({ argument: `--task ${task}`, problem: 'does not go with --from: make the package with task custom, then write the task and its steps into model.yaml' });
  if (runtime !== 'onnx') throw cliErrors.ARGUMENT_INVALID({ argument: `--runtime ${runtime}`, problem: 'does not go with --from: the file is run by onnx' });
  return { task, runtime, files: await packageOfOnnxFile({ ...facts, file: resolve(context.io.cwd, from), license, intendedUse }) };
}

async function isFree(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Asks on a terminal; elsewhere the fallback it is. */
async function choose(context: CommandContext, text: string, fallback: string, choices?: readonly string[]): Promise<string> {
  return context.isInteractive ? ask(context.io, { text, fallback, ...(choices && { choices }) }) : fallback;
}
