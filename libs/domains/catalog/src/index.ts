export { Catalog } from './catalog.js';
export { catalogErrors } from './errors.js';
export type { ChannelMove } from './move-channel.js';
export type { ResolvedVersion, VersionDraft, VersionId, VersionOutcome, VersionPrice } from './version.js';
