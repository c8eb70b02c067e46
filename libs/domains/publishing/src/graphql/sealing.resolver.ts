import { Inject } from '@nestjs/common';
import { Mutation, Resolver } from '@nestjs/graphql';
import { BLOB_STORE, type BlobStore, type SealReport as Report } from '@steelyard/platform-blob-store';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { SealReport } from './sealing.graphql-types.js';

/** Well within what clients and proxies wait for an answer. */
const WITHIN_MS = 10_000;

@Resolver()
export class SealingResolver {
  constructor(@Inject(BLOB_STORE) private readonly blobs: BlobStore) {}

  @Mutation(() => SealReport, { description: 'Seals stored files that lie there plain, and the keys of sealed ones with the newest artifact key. Works for some seconds; ask again while files are left.' })
  @OperatorOnly()
  rotateArtifactKeys(): Promise<Report> {
    return this.blobs.sealAll(WITHIN_MS);
  }
}
