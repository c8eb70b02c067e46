import type { ChildProcess } from 'node:child_process';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';

/** What a runner finds in its file system besides its own folder and its model: `bwrap` arguments that all runners share. */
export interface Sandbox {
  readonly bwrap: string;
  readonly args: readonly string[];
  /** The program of `seccompFilter`; undefined where there is none. */
  readonly filter: Buffer | undefined;
}

/** For temporary files of a model; they are memory. */
const TEMPORARY_BYTES = 64 * 1024 * 1024;

/** The descriptor that the filter is read from: the first after stdin, stdout and stderr. A pipe must be there. */
const FILTER_DESCRIPTOR = 3;

const LIBRARIES = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/local/cuda', '/opt/cuda'];
/** ONNX Runtime and Node look up the processors there. */
const PROCESSORS = '/sys/devices/system/cpu';
const ACCELERATORS = /^(nvidia.*|dri|dxg|kfd)$/;

/**
 * Namespaces of their own for processes, network, IPC, host name and users, no capabilities, and a read-only file system
 * that holds libraries, Node, and the packages that `packageFolders` finds. No shell, no tools, no home, no other model.
 */
export async function sandboxArgs(node: string, packages: readonly string[]): Promise<string[]> {
  const accelerators = (await readdir('/dev').catch(() => [])).filter((name) => ACCELERATORS.test(name)).map((name) => `/dev/${name}`);
  const links = await Promise.all(['/lib', '/lib64', '/lib32'].map(showAsIs));
  return [
    '--unshare-all',
    '--die-with-parent',
    ...['--cap-drop', 'ALL'],
    ...LIBRARIES.flatMap((path) => ['--ro-bind-try', path, path]),
    ...links.flat(),
    ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ...['--ro-bind-try', PROCESSORS, PROCESSORS],
    ...['--ro-bind', node, node],
    ...packages.flatMap((path) => ['--ro-bind', path, path]),
    ...['--dev', '/dev'],
    ...accelerators.flatMap((path) => ['--dev-bind-try', path, path]),
    ...['--proc', '/proc'],
  ];
}

/** What one runner has of its own: its folder, of which only `tmp` may be written, and its model. */
export function ownArgs(folder: { readonly path: string; readonly home: string; readonly tmp: string }, modelDir: string | undefined): string[] {
  return [
    ...['--ro-bind', folder.path, folder.path],
    ...['--size', String(TEMPORARY_BYTES), '--tmpfs', folder.tmp],
    ...(modelDir === undefined ? [] : ['--ro-bind', modelDir, modelDir]),
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', folder.home],
  ];
}

/** The command up to what is to run inside. {@link handFilter} must follow the start. */
export function sandboxCommand({ bwrap, args, filter }: Sandbox, own: readonly string[]): string[] {
  return [bwrap, ...args, ...own, ...(filter ? ['--seccomp', String(FILTER_DESCRIPTOR)] : []), '--'];
}

/** Writes the filter to the process that was just started. */
export function handFilter(child: ChildProcess, filter: Buffer | undefined): void {
  // It did not start, and may have no pipes at all.
  if (child.pid === undefined) return;
  const pipe = child.stdio[FILTER_DESCRIPTOR] as Writable | null | undefined;
  // A process that ended at once has closed its end; why it did is told elsewhere.
  pipe?.on('error', () => undefined).end(filter);
}

/**
 * The folders from which a module under `starts` can import: every `node_modules` above, and what the links in it lead to
 * (workspaces are links). Not what lies beside them, such as settings or data.
 */
export async function packageFolders(starts: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const start of starts) {
    for (let folder = start; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      if (await isFolder(modules)) {
        found.add(modules);
        for (const target of await linkedFrom(modules)) found.add(target);
      }
      if (folder === dirname(folder)) break;
    }
  }
  return [...found];
}

async function linkedFrom(modules: string): Promise<string[]> {
  const targets: string[] = [];
  const entries = await readdir(modules, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(modules, entry.name);
    if (entry.isSymbolicLink()) targets.push(path);
    else if (entry.name.startsWith('@')) {
      for (const scoped of await readdir(path, { withFileTypes: true })) if (scoped.isSymbolicLink()) targets.push(join(path, scoped.name));
    }
  }
  const real = await Promise.all(targets.map((path) => realpath(path).catch(() => undefined)));
  return real.filter((path): path is string => path !== undefined && !path.startsWith(modules));
}

async function showAsIs(path: string): Promise<string[]> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink()) return ['--symlink', await readlink(path), path];
  return found ? ['--ro-bind', path, path] : [];
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}

/** Why user namespaces are refused here, as far as the kernel says; for the report. */
export async function namespaceHint(): Promise<string> {
  const restricted = await readFile('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').catch(() => '0');
  return restricted.trim() === '1' ? ' (AppArmor restricts user namespaces: allow them for bwrap)' : '';
}
