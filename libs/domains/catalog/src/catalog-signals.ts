import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Signals, type Database } from '@steelyard/platform-database';

/** The payload is the id of the owner whose models changed. */
export const CATALOG_CHANGED = 'steelyard_catalog';

/** Tells who follows an owner's models, by the owner's id, that one of them has changed. */
@Injectable()
export class CatalogSignals extends Signals implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(DATABASE) database: Database) {
    super(database, CATALOG_CHANGED);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }
}
