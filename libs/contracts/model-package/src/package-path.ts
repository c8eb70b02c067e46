import { packageErrors } from './errors.js';

const PATH_LENGTH_MAX = 200;
const PATH_DEPTH_MAX = 12;

/** Names that the reader of a package uses for itself. */
const RESERVED = new Set(['manifest.json', 'model.yaml']);

/** Device names that a file cannot have on Windows, with or without an extension. */
const DEVICE = /^(con|conin\$|conout\$|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i;

/** Why `path` may not be a file of a package, or `undefined` when it may. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.length > PATH_LENGTH_MAX) return `it is longer than ${PATH_LENGTH_MAX} characters`;
  // Those that turn or hide what follows, too: a name must be what it looks like. Half of a surrogate pair is no text.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(path)) return 'it has a control character or an invisible one';
  if (path.includes('\\')) return 'it has a backslash; folders are written with /';
  if (path.startsWith('/')) return 'it is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'it begins with a drive letter';
  if (/[<>:"|?*]/.test(path)) return 'it has one of < > : " | ? *, which not every machine allows';
  if (path.normalize('NFC') !== path) return 'its letters are not in Unicode normal form C';
  const segments = path.split('/');
  if (segments.length > PATH_DEPTH_MAX) return `it is deeper than ${PATH_DEPTH_MAX} folders`;
  if (segments.includes('..')) return 'it leaves the package (..)';
  if (segments.includes('') || segments.includes('.')) return 'it has an empty or . segment';
  if (segments.some((segment) => /[. ]$/.test(segment) || DEVICE.test(segment))) return 'a name in it ends with a dot or space, or is a device name';
  if (RESERVED.has(path.toLowerCase())) return 'the name is reserved';
  return undefined;
}

/** @throws AppError `PACKAGE.PATH_INVALID` */
export function checkPath(path: string): void {
  const problem = pathProblem(path);
  if (problem !== undefined) throw packageErrors.PATH_INVALID({ path, problem });
}

/**
 * Checks every path, and that all can exist side by side on every file system: none twice, none that differs from another
 * only in case, none that is a folder of another.
 * @throws AppError `PACKAGE.PATH_INVALID` | `PACKAGE.PATHS_COLLIDE`
 */
export function checkPaths(paths: readonly string[]): void {
  const taken = new Map<string, { path: string; isFile: boolean }>();
  const take = (prefix: string, path: string, isFile: boolean): void => {
    // Upper case first: file systems take ß and SS, ſ and s for the same.
    const key = prefix.toUpperCase().toLowerCase();
    const other = taken.get(key);
    const sameFolder = other && !isFile && !other.isFile && other.path.slice(0, prefix.length) === prefix;
    if (other && !sameFolder) throw packageErrors.PATHS_COLLIDE({ path, other: other.path });
    taken.set(key, { path, isFile });
  };
  for (const path of paths) {
    checkPath(path);
    const segments = path.split('/');
    segments.forEach((_segment, index) => take(segments.slice(0, index + 1).join('/'), path, index === segments.length - 1));
  }
}
