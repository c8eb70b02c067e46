import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Protection } from '../engine-status.js';
import { firstLine, probeTool } from './probe-tool.js';
import { namespaceHint, sandboxArgs, sandboxCommand, type Sandbox } from './sandbox.js';
import { seccompFilter } from './seccomp-filter.js';

/** Where the tools are looked for, and the PATH of runners. Not this process's PATH: that is the user's. */
export const TOOL_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The first of the user ids that runners get, one each; a range that distributions leave to transient services. */
export const FIRST_RUNNER_UID = 61_184;
export const RUNNER_UIDS = 4_000;

const DROP_CAPABILITIES = ['--bounding-set=-all', '--inh-caps=-all'];
const NO_NEW_PRIVILEGES = ['--no-new-privs'];
const DIE_WITH_PARENT = ['--pdeathsig', 'KILL'];

/** What was tried on this machine and works; the parts from which a runner's command is built. */
export interface ProtectionTools {
  /** `setpriv` with the options that work for every runner. */
  readonly setpriv: { readonly path: string; readonly args: readonly string[] } | undefined;
  readonly prlimit: string | undefined;
  /** `privileged`: as root, before a change of user. `user-namespace`: after it, as anyone. */
  readonly unshare: { readonly path: string; readonly args: readonly string[]; readonly how: 'privileged' | 'user-namespace' } | undefined;
  readonly ownUid: boolean;
  /** Takes the place of `unshare`: its namespaces are among those that it makes. */
  readonly sandbox: Sandbox | undefined;
  readonly report: readonly Protection[];
}

export interface ProbeOptions {
  /** Files that every runner must read. */
  readonly readable: readonly string[];
  /** Folders that every runner may read. */
  readonly packages: readonly string[];
  /** Where the tools are looked for. Default: {@link TOOL_PATH}. */
  readonly toolPath?: readonly string[];
  /** For each try. */
  readonly timeoutMs?: number;
}

/**
 * Tries each protection once, with a command that does nothing. One whose tool is not installed, or says that it does not work here, is
 * reported as missing.
 * @throws AppError `ENGINE.PROTECTION_UNTRIED` when a tool that is installed gave no answer.
 */
export async function probeProtections({ readable, packages, toolPath = TOOL_PATH, timeoutMs }: ProbeOptions): Promise<ProtectionTools> {
  const [setpriv, prlimit, unshare, bwrap, nothing] = await Promise.all(['setpriv', 'prlimit', 'unshare', 'bwrap', 'true'].map((name) => findTool(name, toolPath)));
  const works = async (tool: string | undefined, args: readonly string[]): Promise<string | undefined> => {
    if (!tool || !nothing) return 'the tool is not installed';
    return probeTool(tool, [tool, ...args, '--', nothing], { timeoutMs });
  };
  const [death, capabilities, privileges, memory, uid, namespace, userNamespace] = await Promise.all([
    works(setpriv, DIE_WITH_PARENT),
    works(setpriv, DROP_CAPABILITIES),
    works(setpriv, NO_NEW_PRIVILEGES),
    works(prlimit, ['--data=1073741824', '--core=0']),
    whyNoOwnUid(readable, () => works(setpriv, uidArgs(FIRST_RUNNER_UID))),
    works(unshare, ['-n']),
    works(unshare, ['-U', '-c', '-n']),
  ]);
  const ordinary = process.geteuid?.() !== 0;
  const beforeSandbox = [...(death ? [] : DIE_WITH_PARENT), ...(privileges ? [] : NO_NEW_PRIVILEGES)];
  const before = setpriv ? [...(uid === undefined ? [setpriv, ...uidArgs(FIRST_RUNNER_UID), '--'] : []), ...(beforeSandbox.length > 0 ? [setpriv, ...beforeSandbox, '--'] : [])] : [];
  const sandbox = await probeSandbox({ bwrap, before, packages, timeoutMs });
  const files = 'reason' in sandbox ? sandbox.reason : undefined;
  const filter = files ?? ('filter' in sandbox ? sandbox.filter : undefined);
  // A sandbox drops them itself, and root needs some to make it.
  const args = [...beforeSandbox, ...(capabilities || !files ? [] : DROP_CAPABILITIES)];
  return {
    sandbox: 'sandbox' in sandbox ? sandbox.sandbox : undefined,
    setpriv: setpriv && args.length > 0 ? { path: setpriv, args } : undefined,
    prlimit: memory ? undefined : prlimit,
    unshare: chooseUnshare(unshare, namespace, userNamespace),
    ownUid: uid === undefined,
    report: [
      protection('dies-with-engine', death && `${death}; a runner ends when its socket closes, unless it is busy`),
      protection('memory-limit', memory),
      protection('no-network', files && namespace && userNamespace),
      protection('own-files', files),
      protection('own-processes', files),
      protection('system-call-filter', filter),
      protection('own-uid', uid),
      protection('no-capabilities', ordinary || !files ? undefined : capabilities),
      protection('no-new-privileges', privileges),
    ],
  };
}

/** The options of `setpriv` that make a process another user. */
export function uidArgs(uid: number): string[] {
  return [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

/** Why a user without any rights of its own could not read `path`; undefined when it could. */
export async function whyUnreadable(path: string): Promise<string | undefined> {
  try {
    const own = await stat(path);
    const needed = own.isDirectory() ? 0o005 : 0o004;
    if ((own.mode & needed) !== needed) return `${path} is not readable for other users`;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (((await stat(folder)).mode & 0o001) === 0) return `${folder} is closed to other users`;
      if (folder === dirname(folder)) return undefined;
    }
  } catch (error) {
    return firstLine(error);
  }
}

interface SandboxProbe {
  readonly bwrap: string | undefined;
  /** What comes before it in a runner's command. */
  readonly before: readonly string[];
  readonly packages: readonly string[];
  readonly timeoutMs: number | undefined;
}

/** Tried with Node itself, as runners are: what one of them would lack shows here. */
async function probeSandbox({ bwrap, before, packages, timeoutMs }: SandboxProbe): Promise<{ sandbox: Sandbox; filter?: string } | { reason: string }> {
  if (!bwrap) return { reason: 'bubblewrap (bwrap) is not installed' };
  const args = await sandboxArgs(process.execPath, packages);
  const attempt = (filter: Buffer | undefined): Promise<string | undefined> => {
    const sandbox = sandboxCommand({ bwrap, args, filter }, []);
    return probeTool(bwrap, [...before, ...sandbox, process.execPath, '--version'], { filter, timeoutMs });
  };
  const program = seccompFilter();
  const problem = await attempt(program);
  if (problem === undefined) return { sandbox: { bwrap, args, filter: program }, ...(!program && { filter: `there is none for ${process.arch}` }) };
  const reason = program ? await attempt(undefined) : problem;
  if (reason !== undefined) return { reason: reason + (await namespaceHint()) };
  return { sandbox: { bwrap, args, filter: undefined }, filter: problem };
}

async function whyNoOwnUid(readable: readonly string[], tryIt: () => Promise<string | undefined>): Promise<string | undefined> {
  if (process.geteuid?.() !== 0) return 'the engine does not run as root';
  for (const path of readable) {
    const reason = await whyUnreadable(path);
    if (reason) return reason;
  }
  return tryIt();
}

function chooseUnshare(path: string | undefined, namespace: string | undefined, userNamespace: string | undefined): ProtectionTools['unshare'] {
  if (!path) return undefined;
  if (!namespace) return { path, args: ['-n'], how: 'privileged' };
  if (!userNamespace) return { path, args: ['-U', '-c', '-n'], how: 'user-namespace' };
  return undefined;
}

function protection(name: string, reason: string | undefined): Protection {
  return reason === undefined ? { name, active: true } : { name, active: false, reason };
}

async function findTool(name: string, toolPath: readonly string[]): Promise<string | undefined> {
  for (const folder of toolPath) {
    const path = join(folder, name);
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
  }
  return undefined;
}
