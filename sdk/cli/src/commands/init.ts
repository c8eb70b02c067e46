import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isTask, TASK_NAMES } from '@steelyard/tasks';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { scaffoldPackage } from '../scaffold/scaffold-package.js';
import { RUNTIMES, type RuntimeName } from '../scaffold/templates.js';
import { ask } from '../terminal/prompt.js';
import type { Run } from './command-action.js';

interface InitFlags {
  readonly name?: string;
  readonly task?: string;
  readonly runtime?: string;
  readonly license?: string;
}

export function addInit(program: Command, run: Run): void {
  program
    .command('init')
    .argument('[dir]', 'folder to make', 'my-model')
    .option('--name <name>', 'name of the model; default: the name of the folder')
    .addOption(new Option('--task <task>', 'what the model does; default image-classification').choices(TASK_NAMES))
    .addOption(new Option('--runtime <runtime>', 'what runs it; default onnx').choices(RUNTIMES))
    .option('--license <spdx>', 'default Apache-2.0')
    .description('make a package that publishes as it is: a small model, its manifest, card and samples')
    .addHelpText('after', '\nExamples:\n  $ steelyard init digits\n  $ steelyard init patients --task tabular-classification\n  $ steelyard init hello --task custom --runtime echo')
    .action(run(initPackage));
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;

async function initPackage(context: CommandContext, dir: string, flags: InitFlags): Promise<void> {
  const target = resolve(context.io.cwd, dir);
  if (!(await isFree(target))) throw cliErrors.FOLDER_NOT_EMPTY({ path: target });
  const name = flags.name ?? (await choose(context, 'Name', nameOf(target)));
  if (!NAME.test(name)) throw cliErrors.ARGUMENT_INVALID({ argument: `the name "${name}"`, problem: 'must be lower case letters, digits and inner hyphens, at most 64' });
  const task = flags.task ?? (await choose(context, 'Task', 'image-classification', TASK_NAMES));
  const runtime = flags.runtime ?? (task === 'custom' ? await choose(context, 'Runtime', 'onnx', RUNTIMES) : 'onnx');
  if (!isTask(task)) throw cliErrors.ARGUMENT_INVALID({ argument: `the task "${task}"`, problem: 'is not known' });
  const files = scaffoldPackage({ name, task, runtime: runtime as RuntimeName, license: flags.license ?? 'Apache-2.0' });
  for (const { path, content } of files) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), content, { flag: 'wx' });
  }
  const shown = dir;
  context.result({ dir: target, name, task, runtime, files: files.map(({ path }) => path) }, () =>
    [`${shown} holds a package that works: ${files.map(({ path }) => path).join(', ')}`, '', 'Next:', `  steelyard model test ${shown}`, `  steelyard publish ${shown}`].join('\n'),
  );
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

function nameOf(dir: string): string {
  const name = basename(dir).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64).replace(/-+$/, '');
  return name === '' ? 'my-model' : name;
}
