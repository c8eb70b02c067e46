import type { Client } from '@steelyard/client';
import type { PackageFolder } from '@steelyard/model-package';
import type { SignatureEnvelope } from '@steelyard/model-package/signature';

export type StageStatus = 'STARTED' | 'SUCCEEDED' | 'FAILED';

export interface PublicationEvent {
  readonly seq: number;
  /** `UPLOADED` ... `LISTED`. */
  readonly stage: string;
  readonly status: StageStatus;
  readonly message: string;
  readonly detail: unknown;
}

export interface Publication {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly digest: string | null;
  readonly dryRun: boolean;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly error: { readonly code?: string; readonly message?: string; readonly fix?: string; readonly details?: unknown } | null;
}

const FIELDS = 'id model version digest dryRun status error';
const EVENT_FIELDS = 'seq stage status message detail';

export const PROGRESS_DOCUMENT = `subscription Progress($id: ID!) { publishProgress(id: $id) { ${EVENT_FIELDS} } }`;

export interface PublishOptions {
  readonly channel?: string | undefined;
  readonly isPublic: boolean;
  readonly dryRun: boolean;
  /** The file of the private key to sign it with. */
  readonly sign?: string | undefined;
}

export type StartOptions = Omit<PublishOptions, 'sign'> & { readonly signature?: SignatureEnvelope | undefined };

/** @throws SteelyardError */
export async function startPublication(client: Client, folder: PackageFolder, { channel, isPublic, dryRun, signature }: StartOptions): Promise<Publication> {
  const input = { manifest: folder.source, files: folder.files, channel, public: isPublic, dryRun, signature };
  const document = `mutation Publish($input: PublishVersionInput!) { publishVersion(input: $input) { ${FIELDS} } }`;
  return (await client.graphql<{ publishVersion: Publication }>(document, { input })).publishVersion;
}

/** How it stands and every event so far. @throws SteelyardError */
export async function readPublication(client: Client, id: string): Promise<Publication & { readonly events: readonly PublicationEvent[] }> {
  const document = `query Publication($id: ID!) { publication(id: $id) { ${FIELDS} events { ${EVENT_FIELDS} } } }`;
  return (await client.graphql<{ publication: Publication & { events: PublicationEvent[] } }>(document, { id })).publication;
}
