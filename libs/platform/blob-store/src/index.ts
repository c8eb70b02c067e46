/** Injects a `BlobStore`. */
export const BLOB_STORE = Symbol('BLOB_STORE');

export type { AppendOptions, BlobFile, BlobStore, SealReport } from './blob-store.js';
export { blobErrors } from './errors.js';
export { ArtifactKeys } from './sealing/artifact-keys.js';
export { createFolderBlobStore } from './folder-blob-store.js';
