import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseErrors } from '../errors.js';

/**
 * As whom the server's programs run. PostgreSQL refuses to run as root.
 * - `self`: the user of this process.
 * - `namespace`: root, seen as an ordinary user within a user namespace; files stay root's and nothing has to be copied.
 * - `other`: another user of the machine, where user namespaces are forbidden (most containers).
 */
export type ProcessUser =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number };

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NOBODY = 65_534;

/** Chooses how to run `binariesRoot/bin/*`; `allowNamespace: false` leaves user namespaces out. */
export function chooseProcessUser(binariesRoot: string, options: { allowNamespace?: boolean } = {}): ProcessUser {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const accounts = ordinaryAccounts();
  if (options.allowNamespace !== false && process.platform === 'linux') {
    const { uid, gid } = accounts.find((account) => account.uid !== NOBODY) ?? accounts[0];
    const user: ProcessUser = { kind: 'namespace', uid, gid };
    const { file, args } = commandAs(user, join(binariesRoot, 'bin', 'postgres'), ['--version']);
    if (spawnSync(file, args, { stdio: 'ignore', cwd: '/' }).status === 0) return user;
  }
  const other = accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody') ?? accounts[0];
  return { kind: 'other', uid: other.uid, gid: other.gid };
}

/** The same command as another user; pass `spawnIdentity` with it. The process id is that of the program itself. */
export function commandAs(user: ProcessUser, file: string, args: readonly string[]): { file: string; args: string[] } {
  if (user.kind !== 'namespace') return { file, args: [...args] };
  return { file: 'unshare', args: ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--', file, ...args] };
}

export function spawnIdentity(user: ProcessUser): { uid?: number; gid?: number } {
  return user.kind === 'other' ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether `user` can enter `folder`, that is, may search it and all its parents. */
export function canEnter(user: ProcessUser, folder: string): boolean {
  const { file, args } = commandAs(user, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder]);
  return spawnSync(file, args, { stdio: 'ignore', cwd: '/', ...spawnIdentity(user) }).status === 0;
}

/** initdb looks its user up by number, so only users that the machine knows will do. */
function ordinaryAccounts(): [Account, ...Account[]] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const [first, ...others] = lines
    .filter((fields) => fields.length > 3 && !fields[0]!.startsWith('#'))
    .map((fields) => ({ name: fields[0]!, uid: Number(fields[2]) >>> 0, gid: Number(fields[3]) >>> 0 }))
    .filter(({ uid }) => uid > 0);
  if (first) return [first, ...others];
  throw databaseErrors.START_FAILED({ what: 'start as root', output: 'PostgreSQL does not run as root and /etc/passwd names no other user' });
}
