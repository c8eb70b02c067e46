export { Catalog } from './catalog.js';
export { catalogErrors } from './errors.js';
export type { ChannelMove } from './move-channel.js';
export { ModelNames, type OwnedId, type VersionName } from './model-names.js';
export { readVersionFiles, type VersionFiles } from './version-files.js';
export type { ResolvedVersion, VersionDraft, VersionId, VersionOutcome, VersionPrice } from './version.js';
