import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Catalog } from '@steelyard/domain-catalog';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { publishingErrors } from './errors.js';
import { Publications, type PublicationKey } from './persistence/publications.repository.js';
import { QUARANTINE_FOLDER } from './publish-version.js';
import { StageRecorder } from './stage-recorder.js';

/** At start, ends what a process that is gone left running. One process publishes, so nothing can be running yet. */
@Injectable()
export class RecoverPublications implements OnApplicationBootstrap {
  constructor(
    @Inject(Publications) private readonly publications: Publications,
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CONFIG) private readonly config: Pick<Config, 'dataDir'>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await rm(join(this.config.dataDir, QUARANTINE_FOLDER), { recursive: true, force: true });
    for (const key of await this.publications.unfinished()) await this.#interrupt(key);
  }

  async #interrupt(key: PublicationKey): Promise<void> {
    const { events } = (await this.publications.read(key)) ?? { events: [] };
    const stage = events.at(-1)?.stage ?? 'uploaded';
    const versionId = events.find((event) => event.detail?.versionId !== undefined)?.detail?.versionId;
    // A version that became ready stays so: it passed every stage, and is only on no channel yet.
    if (typeof versionId === 'string') await this.catalog.finishVersion({ tenantId: key.tenantId, versionId }, { ready: false });
    await new StageRecorder(this.publications, key, stage).fail(publishingErrors.INTERRUPTED({ stage }));
    this.log.warn({ publicationId: key.id, stage }, 'a publication was interrupted by the end of the server');
  }
}
