import { NAME_PATTERN } from '@steelyard/kernel';
import { checkPaths, type Problem } from '@steelyard/model-package';
import { publishingErrors } from './errors.js';
import type { PublishRequest } from './publication.js';

const FILES_MAX = 2_000;
const CHANNEL = new RegExp(`^${NAME_PATTERN}$`);

/**
 * Checks what goes with the manifest: file list and channel. Reports all problems at once.
 * @throws AppError `PUBLISHING.REQUEST_INVALID` | `PACKAGE.PATH_INVALID` | `PACKAGE.PATHS_COLLIDE`
 */
export function checkRequest({ files, channel }: PublishRequest): void {
  const problems: Problem[] = [];
  if (files.length > FILES_MAX) problems.push({ path: 'files', message: `holds ${files.length} files; a package may have ${FILES_MAX}` });
  if (channel !== undefined && !CHANNEL.test(channel)) problems.push({ path: 'channel', message: `${JSON.stringify(channel)} is no channel: use lower case letters, digits and inner hyphens` });
  files.slice(0, FILES_MAX).forEach(({ sha256, size }, index) => {
    if (!isSha256(sha256)) problems.push({ path: `files[${index}].sha256`, message: 'must be 64 lower case hex digits' });
    if (!Number.isSafeInteger(size) || size < 0) problems.push({ path: `files[${index}].size`, message: 'must be a whole number of bytes' });
  });
  if (problems.length > 0) throw publishingErrors.REQUEST_INVALID({ problems: problems.slice(0, 20) });
  checkPaths(files.map(({ path }) => path));
}

export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
