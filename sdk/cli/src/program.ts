import { createRequire } from 'node:module';
import { Command, CommanderError, Help, type Option } from 'commander';
import { CommandContext } from './command-context.js';
import { COMMAND_GROUPS } from './command-groups.js';
import type { CommandIo } from './command-io.js';
import type { Run } from './commands/command-action.js';
import { ExitCode, reportFailure } from './report-failure.js';
import type { GlobalFlags } from './settings.js';

const AFTER_HELP = `
Start:
  $ steelyard login                           sign in, with the browser
  $ steelyard configure                       or store the URL and a key
  $ steelyard init my-model                   make a package that works
  $ steelyard publish my-model                publish it
  $ steelyard run acme/my-model --image x.png call it
  $ steelyard budget create all --limit 25    refuse what would cost more than that in a month
  $ steelyard generate                        types for your program

Environment: STEELYARD_URL, STEELYARD_API_KEY, STEELYARD_ORGANIZATION, STEELYARD_PROFILE, STEELYARD_DATA_DIR, NO_COLOR
Exit codes: 0 done, 1 refused or failed, 2 wrong usage or a package that cannot be read, 3 key missing or not allowed,
            4 payment required, 5 not reachable or busy: try again, 70 a fault of this command`;

/**
 * Runs one command line.
 * @param argv without the interpreter and the script
 * @returns the exit code; see {@link ExitCode}
 */
export async function runCli(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  const wantsJson = argv.includes('--json');
  const program = createProgram(io, wantsJson);
  const run: Run = (action) => async (...args) => {
    const context = new CommandContext(io, program.opts<GlobalFlags>());
    try {
      exitCode = (await action(context, ...args)) ?? ExitCode.ok;
    } catch (error) {
      exitCode = reportFailure(error, io, { json: wantsJson, askAgain: context.askAgain });
    }
  };
  for (const [heading, commands] of COMMAND_GROUPS) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, run);
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isAnswered = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    if (!isAnswered && wantsJson) io.stdout.write(`${JSON.stringify({ error: { code: 'CLI.USAGE', message: error.message.replace(/^error: /, '') } }, null, 2)}\n`);
    return isAnswered ? ExitCode.ok : ExitCode.usage;
  }
  return exitCode;
}

function createProgram(io: CommandIo, wantsJson: boolean): Command {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return new Command('steelyard')
    .description('Publish AI models, call them, generate their types')
    .version(version)
    .option('--url <url>', 'the platform; default: $STEELYARD_URL, the profile, http://127.0.0.1:4700')
    .option('--api-key <key>', 'default: $STEELYARD_API_KEY or the profile; others on this machine can see arguments')
    .option('--org <handle>', 'signed in: which of your organizations to act for')
    .option('--profile <name>', 'which stored profile to use')
    .option('--json', 'one JSON document on stdout: the result, or {error}')
    .configureHelp({ showGlobalOptions: true, optionDescription })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void (wantsJson || io.stderr.write(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(steelyard --help shows what there is)')
    .addHelpCommand(new Command('help').argument('[command]').description('what a command does, with examples').helpGroup('Help:'))
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
}

/** A default that is nothing is not worth a word. */
function optionDescription(option: Option): string {
  const isNothing = option.defaultValue === false || option.defaultValue === '' || (Array.isArray(option.defaultValue) && option.defaultValue.length === 0);
  return new Help().optionDescription(isNothing ? Object.assign(Object.create(option) as Option, { defaultValue: undefined }) : option);
}
