/** Injects a `BlobStore`. */
export const BLOB_STORE = Symbol('BLOB_STORE');

export type { AppendOptions, BlobFile, BlobStore } from './blob-store.js';
export { blobErrors } from './errors.js';
export { createFolderBlobStore } from './folder-blob-store.js';
