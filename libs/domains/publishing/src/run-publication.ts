import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '@steelyard/domain-catalog';
import type { Dispatch } from '@steelyard/dispatch';
import { AppError } from '@steelyard/kernel';
import { versionDigest } from '@steelyard/model-package';
import type { BlobStore } from '@steelyard/platform-blob-store';
import type { Logger } from '@steelyard/platform-observability';
import type { Possessions } from './persistence/possessions.repository.js';
import type { Publications } from './persistence/publications.repository.js';
import type { AcceptedPublication } from './publication.js';
import { recordFailure } from './record-failure.js';
import { StageFailure, StageRecorder, type StageSuccess } from './stage-recorder.js';
import { checkContract } from './stages/check-contract.js';
import { checkUploaded } from './stages/check-uploaded.js';
import { listVersion } from './stages/list-version.js';
import { measure } from './stages/measure.js';
import { readContents, type PackageContents } from './stages/package-contents.js';
import { quarantine, scanPackage } from './stages/scan-package.js';
import { trySamples } from './stages/try-samples.js';

export interface PublicationTools {
  readonly publications: Publications;
  readonly possessions: Possessions;
  readonly blobs: BlobStore;
  readonly catalog: Catalog;
  readonly dispatch: Dispatch;
  readonly log: Logger;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  /** Where packages lie while they are tried out. */
  readonly quarantineDir: string;
  /** How long batch sizes and threads are tried. */
  readonly measureMs: number;
}

interface Draft {
  readonly modelId: string;
  readonly versionId: string;
}

/**
 * Takes an accepted publication through its stages. Never rejects: whatever happens ends as the publication's last event,
 * and a version that did not pass every stage is not ready.
 */
export async function runPublication(publication: AcceptedPublication, tools: PublicationTools): Promise<void> {
  const { id, tenantId } = publication;
  const recorder = new StageRecorder(tools.publications, { id, tenantId });
  const dir = join(tools.quarantineDir, id);
  try {
    await runStages(publication, { ...tools, recorder, dir });
  } catch (thrown) {
    const cause = thrown instanceof StageFailure ? thrown.cause : thrown;
    if (!(cause instanceof AppError) || cause.kind === 'internal') tools.log.error({ err: cause, publicationId: id, stage: recorder.current }, 'a publication failed by a fault of ours');
    await recordFailure(thrown, recorder, { log: tools.log.child({ publicationId: id }), stopping: tools.stopping });
  } finally {
    await rm(dir, { recursive: true, force: true }).catch((error: unknown) => tools.log.warn({ err: error, publicationId: id }, 'a quarantine folder was left behind'));
  }
}

type Run = PublicationTools & { readonly recorder: StageRecorder; readonly dir: string };

async function runStages(publication: AcceptedPublication, run: Run): Promise<void> {
  const { recorder, catalog } = run;
  const { tenantId, request, manifest } = publication;
  await recorder.stage('uploaded', 'Looking for the uploaded files', () => checkUploaded(publication, run));
  const { contents, draft } = await recorder.stage('verified', 'Checking manifest, card and samples', () => verify(publication, run));
  try {
    await recorder.start('scanned', 'Scanning the artifacts');
    const model = await quarantine(manifest, request.files, run);
    const scanned = await scanPackage(model, request.files, run.dispatch);
    await recorder.succeed(scanned.message, scanned.detail);
    const tried = await trySamples(model, contents.samples, run);
    await recorder.start('measured', 'Measuring latency, memory and what batches pay');
    const measured = await measure(tried, { model, samples: contents.samples, dispatch: run.dispatch, measureMs: run.measureMs });
    if (!draft) return await recorder.finish(measured.message, measured.detail);
    await recorder.succeed(measured.message, measured.detail);
    await recorder.start('ready', 'Making the version ready');
    await catalog.finishVersion({ tenantId, versionId: draft.versionId }, { ready: true, measurements: measured.value });
  } catch (error) {
    if (draft) await reject(draft, publication, run);
    throw error;
  }
  await recorder.succeed(`${manifest.name}@${manifest.version} is ready`, { versionId: draft.versionId });
  await recorder.start('listed', 'Listing the version');
  const channel = await listVersion(publication, draft.modelId, catalog);
  const where = channel === undefined ? 'on no channel; release it when you want it used' : `on ${channel}`;
  await recorder.finish(`${manifest.name}@${manifest.version} is listed, ${where}`, { channel: channel ?? null, public: request.public });
}

/** A draft that cannot be rejected now is one that the next publication of its number replaces. */
async function reject({ versionId }: Draft, { id, tenantId }: AcceptedPublication, { catalog, log }: Run): Promise<void> {
  await catalog.finishVersion({ tenantId, versionId }, { ready: false }).catch((error: unknown) => log.error({ err: error, publicationId: id, versionId }, 'a draft could not be rejected'));
}

/** Reads what the package says of itself. Unless it is a dry run, the version number is taken from here on. */
async function verify(publication: AcceptedPublication, run: Run): Promise<StageSuccess<{ contents: PackageContents; draft: Draft | undefined }>> {
  const { id, tenantId, manifest, signature, request } = publication;
  await checkContract(publication, run.catalog);
  const contents = await readContents(manifest, request.files, run.blobs);
  const digest = versionDigest(manifest, request.files);
  await run.publications.setDigest({ id, tenantId }, digest);
  const draft = request.dryRun ? undefined : await draftVersion(publication, { contents, digest, catalog: run.catalog });
  return {
    value: { contents, draft },
    message: `${manifest.name}@${manifest.version} with ${contents.samples.length} samples${signature ? `, signed by ${signature.keyName}` : ''}`,
    detail: { digest, samples: contents.samples.length, ...(signature && { signedBy: signature.keyName }), ...(draft && { versionId: draft.versionId }) },
  };
}

async function draftVersion(publication: AcceptedPublication, read: { contents: PackageContents; digest: string; catalog: Catalog }): Promise<Draft> {
  const { tenantId, manifest, price, signature, request } = publication;
  return read.catalog.draftVersion({
    tenantId,
    manifest,
    digest: read.digest,
    files: request.files,
    card: read.contents.card,
    samples: read.contents.samples.map(({ sample }) => sample),
    // A publication without a price is accepted as a dry run only.
    price: price!,
    signature,
  });
}
