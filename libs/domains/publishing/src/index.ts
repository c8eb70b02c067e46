export { publishingErrors } from './errors.js';
export { FollowPublication } from './follow-publication.js';
export { STAGES, type EventRecord, type PublicationRecord, type PublicationStatus, type PublishRequest, type RecordedError, type SampleResult, type Stage, type StageStatus } from './publication.js';
export { PublishVersion } from './publish-version.js';
export { vouchForContent } from './signing/vouch-for-content.js';
export { ReceiveUpload, type UploadPart, type UploadState } from './uploads/receive-upload.js';
