import { closeSync, fstatSync, openSync } from 'node:fs';
import type { ByteSource } from './byte-source.js';
import { FileWindow } from './file-window.js';

/**
 * Opens a model file for as long as it is read.
 * @param path Of the file on this machine.
 * @throws what opening a file throws, and what `read` throws
 */
export function readOnnxFile<T>(path: string, read: (source: ByteSource) => T): T {
  const fd = openSync(path, 'r');
  try {
    return read(new FileWindow(fd, fstatSync(fd).size));
  } finally {
    closeSync(fd);
  }
}
