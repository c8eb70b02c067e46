import { createClient, DEFAULT_BASE_URL, SteelyardError } from '@steelyard/client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { profilePath, readProfiles, writeProfile } from '../profile-file.js';
import { profileName } from '../settings.js';
import { ask } from '../terminal/prompt.js';
import type { Run } from './command-action.js';
import { readAll } from './calls/run.js';

export function addConfigure(program: Command, run: Run): void {
  program
    .command('configure')
    .description('store the URL and the key that the other commands use')
    .addHelpText('after', '\nExamples:\n  $ steelyard configure\n  $ steelyard configure --profile staging --url https://models.example.org < key.txt\n\nThe file ~/.config/steelyard/config.json is readable by you alone.')
    .action(run(configure));
}

async function configure(context: CommandContext): Promise<void> {
  const { io, flags } = context;
  const path = profilePath(io.env);
  const name = profileName(flags, io);
  const before = (await readProfiles(path))[name];
  const preset = flags.url ?? (io.env['STEELYARD_URL'] || undefined) ?? before?.url ?? DEFAULT_BASE_URL;
  const url = flags.url === undefined && context.isInteractive ? await ask(io, { text: 'URL of the platform', fallback: preset }) : preset;
  const apiKey = (flags.apiKey ?? (io.env['STEELYARD_API_KEY'] || undefined) ?? (await askKey(context))).trim();
  if (apiKey === '') throw cliErrors.ARGUMENT_INVALID({ argument: 'the API key', problem: 'is missing: give it on stdin, with --api-key or in STEELYARD_API_KEY' });
  const owner = await ownerOf(url, apiKey);
  await writeProfile(path, name, { url, apiKey });
  if (owner === undefined) context.note(context.style.yellow(`${url} does not answer just now, so the key could not be tried out.`));
  context.result({ path, profile: name, url, organization: owner ?? null }, () => `profile ${name} is stored in ${path}${owner === undefined ? '' : `: ${owner} at ${url}`}`);
}

async function askKey({ io, isInteractive }: CommandContext): Promise<string> {
  return isInteractive ? ask(io, { text: 'API key', secret: true }) : readAll(io);
}

/** Whose key it is; `undefined` when the platform cannot be reached. A key that is refused is not stored. */
async function ownerOf(url: string, apiKey: string): Promise<string | undefined> {
  try {
    const { viewer } = await createClient({ baseUrl: url, apiKey }).graphql<{ viewer: { organization: { handle: string } } }>('{ viewer { organization { handle } } }');
    return viewer.organization.handle;
  } catch (error) {
    if (error instanceof SteelyardError && error.kind === 'connection') return undefined;
    throw error;
  }
}
