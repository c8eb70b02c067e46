/** A file that was dropped or chosen, by its path below what was dropped. */
export interface SourceFile {
  readonly path: string;
  readonly file: File;
}

export const MANIFEST = 'model.yaml';

/** What systems and tools leave in folders; no package names any of it. */
const JUNK = new Set(['.DS_Store', '.git', '.svn', '.venv', '__MACOSX', '__pycache__', 'Thumbs.db', 'desktop.ini', 'node_modules']);

export function isJunk(path: string): boolean {
  return path.split('/').some((segment) => JUNK.has(segment));
}

/** Paths as within the one folder that was dropped: its own name says nothing. Loose files stay as they are. */
export function withoutTopFolder<T extends { readonly path: string }>(files: readonly T[]): T[] {
  const top = files[0]?.path.split('/', 1)[0];
  const prefix = `${top}/`;
  if (!files.every(({ path }) => path.startsWith(prefix))) return [...files];
  return files.map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}

/** Folders that hold a model.yaml, the nearest first; `''` for the one that was dropped. */
export function packageFolders(files: readonly { readonly path: string }[]): string[] {
  const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);
  return files
    .filter(({ path }) => path === MANIFEST || path.endsWith(`/${MANIFEST}`))
    .map(({ path }) => path.slice(0, -MANIFEST.length).replace(/\/$/, ''))
    .sort((a, b) => depth(a) - depth(b) || a.localeCompare(b));
}

/** The files below a folder, by their paths within it. */
export function within<T extends { readonly path: string }>(files: readonly T[], folder: string): T[] {
  if (folder === '') return [...files];
  const prefix = `${folder}/`;
  return files.filter(({ path }) => path.startsWith(prefix)).map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
}
