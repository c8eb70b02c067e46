import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MediaSource } from './encoding/media.js';

/**
 * A file on this machine as a media input: `steelyard.run('acme/digits', { image: file('seven.png') })`. It is read when
 * the call is made.
 */
export function file(path: string | URL): MediaSource {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  return { bytes: () => readFile(name) };
}
