import { isJunk, withoutTopFolder, type SourceFile } from './source-file';

/** A folder with more is no package: somebody dropped their home folder. */
export const FILES_MAX = 5_000;

/** Reads what was dropped: folders to their ends, and loose files. Must be called while the event is handled. */
export async function readDropped(items: DataTransferItemList): Promise<SourceFile[]> {
  // The list is emptied as soon as the event is over.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files: SourceFile[] = [];
  for (const entry of entries) await readEntry(entry, files);
  return withoutTopFolder(files);
}

/** Reads what was chosen with a file input, of a folder or of loose files. */
export function readChosen(chosen: FileList): SourceFile[] {
  const files = [...chosen].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter(({ path }) => !isJunk(path));
  return withoutTopFolder(files.slice(0, FILES_MAX + 1));
}

async function readEntry(entry: FileSystemEntry, files: SourceFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isJunk(path) || files.length > FILES_MAX) return;
  if (isFile(entry)) {
    files.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else {
    for (const child of await readFolder(entry as FileSystemDirectoryEntry)) await readEntry(child, files);
  }
}

/** A reader gives some entries at a time, and none at the end. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
