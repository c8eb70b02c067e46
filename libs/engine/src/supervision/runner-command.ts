import { TOOL_PATH, uidArgs, type ProtectionTools } from './protections.js';
import type { RunnerFolder } from './runner-folder.js';
import { ownArgs, sandboxCommand, type Sandbox } from './sandbox.js';

export interface RunnerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** With one, the process that is started stands before the runner's own, which is in another process namespace. */
  readonly sandbox: Sandbox | undefined;
}

export interface RunnerCommandOptions {
  readonly runnerEntry: string;
  /** The model's budget and what a runner needs beside it. */
  readonly memoryMb: number;
  readonly baseMb: number;
  /** The user to become; undefined to stay who we are. */
  readonly uid: number | undefined;
  readonly folder: RunnerFolder;
  readonly modelDir: string | undefined;
}

/**
 * The runner's command line behind the tools that protect it. Their order matters: a privileged network namespace comes
 * before the change of user, one by user namespace after it; the signal at the parent's death and the dropped
 * capabilities come after them, because a change of user would clear the first and a namespace would bring back the others. A
 * sandbox comes last and makes namespaces of its own.
 */
export function runnerCommand(tools: ProtectionTools, { runnerEntry, memoryMb, baseMb, uid, folder, modelDir }: RunnerCommandOptions): RunnerCommand {
  const { setpriv, prlimit, unshare, sandbox } = tools;
  const namespace = unshare && !sandbox ? [unshare.path, ...unshare.args, '--'] : [];
  const user = setpriv && uid !== undefined ? [setpriv.path, ...uidArgs(uid), '--'] : [];
  const parts = [
    ...(unshare?.how === 'privileged' ? [...namespace, ...user] : [...user, ...namespace]),
    ...(setpriv ? [setpriv.path, ...setpriv.args, '--'] : []),
    ...(prlimit ? [prlimit, `--data=${(memoryMb + baseMb) * 1024 * 1024}`, '--core=0', '--'] : []),
    ...(sandbox ? sandboxCommand(sandbox, ownArgs(folder, modelDir)) : []),
    process.execPath,
    // Below the limit of the process, so that the collector works harder before an allocation fails, which is fatal.
    `--max-old-space-size=${memoryMb + Math.ceil(baseMb / 2)}`,
    runnerEntry,
  ];
  return { file: parts[0]!, args: parts.slice(1), sandbox };
}

export interface RunnerVariables {
  readonly socketPath: string;
  readonly token: string;
  readonly runtimePackage: string;
  readonly packageFolder: string;
  readonly label: string;
  readonly home: string;
  readonly tmp: string;
}

/** The whole environment of a runner: nothing of ours, so nothing to steal. */
export function runnerEnvironment(variables: RunnerVariables): Record<string, string> {
  return {
    PATH: TOOL_PATH.join(':'),
    HOME: variables.home,
    TMPDIR: variables.tmp,
    ORT_DISABLE_TELEMETRY: '1',
    STEELYARD_RUNNER_SOCKET: variables.socketPath,
    STEELYARD_RUNNER_TOKEN: variables.token,
    STEELYARD_RUNNER_RUNTIME: variables.runtimePackage,
    STEELYARD_RUNNER_PACKAGE_FOLDER: variables.packageFolder,
    STEELYARD_RUNNER_LABEL: variables.label,
  };
}
