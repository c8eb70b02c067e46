import type { BlobStore } from '@steelyard/platform-blob-store';
import { publishingErrors } from '../errors.js';
import type { Possessions } from '../persistence/possessions.repository.js';
import type { AcceptedPublication } from '../publication.js';
import type { StageSuccess } from '../stage-recorder.js';

/**
 * Every file must have been sent by this organization itself. That another one has it does not count: it would tell who
 * has what. From here on they count as used, and stay while this runs.
 * @throws AppError `PUBLISHING.FILES_NOT_UPLOADED` | `PUBLISHING.FILE_SIZE_DIFFERS`
 */
export async function checkUploaded(publication: AcceptedPublication, stores: { possessions: Possessions; blobs: BlobStore }): Promise<StageSuccess<void>> {
  const { tenantId, request } = publication;
  const sizes = await stores.possessions.use(tenantId, request.files.map((file) => file.sha256));
  const present = await Promise.all(request.files.map(async (file) => sizes.has(file.sha256) && (await stores.blobs.has(file.sha256))));
  const paths = request.files.filter((_file, index) => !present[index]).map((file) => file.path);
  if (paths.length > 0) throw publishingErrors.FILES_NOT_UPLOADED({ paths });
  for (const { path, sha256, size } of request.files) {
    const actualSize = sizes.get(sha256)!;
    if (actualSize !== size) throw publishingErrors.FILE_SIZE_DIFFERS({ path, size, actualSize });
  }
  const bytes = request.files.reduce((sum, file) => sum + file.size, 0);
  return { value: undefined, message: `${request.files.length} files are here`, detail: { files: request.files.length, bytes } };
}
