import { join } from 'node:path';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Catalog, catalogErrors, missingForPublic } from '@steelyard/domain-catalog';
import { DISPATCH, type Dispatch } from '@steelyard/dispatch';
import { countedIn, newId, type Caller } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { BLOB_STORE, type BlobStore } from '@steelyard/platform-blob-store';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { actAs, whoActs } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { checkRequest } from './check-request.js';
import { publishingErrors } from './errors.js';
import { Possessions } from './persistence/possessions.repository.js';
import { Publications } from './persistence/publications.repository.js';
import { PublicationQueue } from './publication-queue.js';
import type { AcceptedPublication, PublicationRecord, PublishRequest } from './publication.js';
import { acceptSignature } from './signing/accept-signature.js';
import { SigningKeys } from './signing/signing-keys.js';
import { runPublication, type PublicationTools } from './run-publication.js';

/** Each loads a model beside those that serve: more at once would take their memory. */
const RUNNING_MAX = 2;
/** Of one organization. */
const WAITING_MAX = 20;
const SHUTDOWN_GRACE_MS = 5_000;

export const QUARANTINE_FOLDER = 'quarantine';

/** Publishes packages whose files were uploaded before. */
@Injectable()
export class PublishVersion implements BeforeApplicationShutdown {
  readonly #queue = new PublicationQueue(RUNNING_MAX);
  readonly #stopping = new AbortController();
  readonly #tools: PublicationTools;

  constructor(
    @Inject(Publications) private readonly publications: Publications,
    @Inject(SigningKeys) private readonly signingKeys: SigningKeys,
    @Inject(Possessions) possessions: Possessions,
    @Inject(Catalog) catalog: Catalog,
    @Inject(DISPATCH) dispatch: Dispatch,
    @Inject(BLOB_STORE) blobs: BlobStore,
    @Inject(CONFIG) private readonly config: Pick<Config, 'dataDir' | 'measureMs' | 'paymentCurrency'>,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#tools = { publications, possessions, catalog, dispatch, blobs, log, stopping: this.#stopping.signal, quarantineDir: join(config.dataDir, QUARANTINE_FOLDER), measureMs: config.measureMs };
  }

  /**
   * Accepts a publication and begins it in the background; `FollowPublication` tells how it goes.
   * @throws AppError `PACKAGE.MANIFEST_INVALID`, `PUBLISHING.REQUEST_INVALID`, `PUBLISHING.PRICE_MISSING`, `CATALOG.NOT_FIT_FOR_PUBLIC`, `PACKAGE.PATH_INVALID`,
   * `PACKAGE.PATHS_COLLIDE`, `PUBLISHING.SIGNATURE_REQUIRED`, `PUBLISHING.SIGNATURE_INVALID`, `CATALOG.MODEL_NOT_ALLOWED`,
   * `PUBLISHING.TOO_MANY_WAITING`: then there is no publication.
   */
  async publish(caller: Caller, request: PublishRequest): Promise<PublicationRecord> {
    const { manifest, price: terms } = normaliseManifest(request.manifest);
    const price = terms && countedIn(terms, this.config.paymentCurrency);
    checkRequest(request);
    await this.#tools.catalog.checkMayPublish(caller, manifest.name);
    const missing = request.public ? missingForPublic(manifest) : [];
    if (missing.length > 0) throw catalogErrors.NOT_FIT_FOR_PUBLIC({ model: manifest.name, missing });
    if (price === undefined && !request.dryRun) throw publishingErrors.PRICE_MISSING({ model: manifest.name });
    const signature = await acceptSignature(caller, { ...request, manifest }, this.signingKeys);
    const publication: AcceptedPublication = { id: newId(), tenantId: caller.organizationId, actorId: caller.actorId, manifest, price, signature, request };
    return this.#enqueue(publication);
  }

  /** Its place is taken before anything is written: of many requests at once no more get one than there are. */
  #enqueue(publication: AcceptedPublication): Promise<PublicationRecord> {
    const { tenantId } = publication;
    if (this.#queue.waitingOf(tenantId) >= WAITING_MAX) throw publishingErrors.TOO_MANY_WAITING({ limit: WAITING_MAX });
    const ahead = this.#queue.aheadOf(tenantId);
    const accepted = this.publications.create(publication).then(async (record) => {
      if (ahead > 0) await this.#sayQueued(publication, ahead);
      return record;
    });
    // Run later, it is still their doing.
    const who = whoActs();
    const run = (): Promise<void> => actAs(() => who, () => runPublication(publication, this.#tools));
    this.#queue.add(tenantId, () => accepted.then(run, () => undefined));
    return accepted;
  }

  /** Only a note: without it the publication runs all the same. */
  async #sayQueued(publication: AcceptedPublication, ahead: number): Promise<void> {
    const event = { stage: 'uploaded', status: 'started', message: 'queued', detail: { queued: true, ahead } } as const;
    await this.publications.addEvent(publication, event).catch((error: unknown) => this.#tools.log.warn({ err: error, publicationId: publication.id }, 'that a publication waits could not be recorded'));
  }

  /** Resolves when no publication runs or waits. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Publications that did not end by then are marked interrupted at the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#queue.close(SHUTDOWN_GRACE_MS);
  }
}
