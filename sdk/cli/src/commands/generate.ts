import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { generateTypes } from '@steelyard/codegen';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import type { Run } from './command-action.js';

export function addGenerate(program: Command, run: Run): void {
  program
    .command('generate')
    .option('--out <file>', 'the file to write', 'steelyard.gen.ts')
    .option('--model <owner/name...>', 'unlisted models, which no list shows, as well')
    .option('--check', 'write nothing; fail when the file is not up to date', false)
    .description('write the TypeScript types of every model that your key can call')
    .addHelpText(
      'after',
      "\nExamples:\n  $ steelyard generate --out src/steelyard.gen.ts\n  $ steelyard generate --check\n\nThen:\n  import { createClient } from '@steelyard/client';\n  import type { Models } from './steelyard.gen.js';\n  const steelyard = createClient<Models>({ apiKey });",
    )
    .action(run(generate));
}

async function generate(context: CommandContext, flags: { readonly out: string; readonly check: boolean; readonly model?: readonly string[] }): Promise<void> {
  const path = resolve(context.io.cwd, flags.out);
  const { client } = await context.connect();
  const text = await generateTypes({ client, ...(flags.model && { named: flags.model }) });
  const lacking = flags.model?.find((ref) => !text.includes(`'${ref}@`));
  if (lacking !== undefined) throw cliErrors.NOT_FOUND({ what: `model ${lacking} that you can see` });
  const isCurrent = (await contentOf(path)) === text;
  if (flags.check && !isCurrent) throw cliErrors.TYPES_OUTDATED({ path: flags.out });
  if (!isCurrent) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const refs = text.match(/^ {2}'[^']+': /gm)?.length ?? 0;
  context.result({ path, references: refs, changed: !isCurrent }, () => `${flags.out} ${isCurrent ? 'is up to date' : 'is written'}: ${refs} references`);
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cliErrors.FILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
}
