import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Signals, type Database } from '@steelyard/platform-database';
import { PUBLICATION_CHANGED } from './persistence/publications.repository.js';

/** Tells who follows a publication, by its id, that it has something new. */
@Injectable()
export class PublicationSignals extends Signals implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(DATABASE) database: Database) {
    super(database, PUBLICATION_CHANGED);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }
}
