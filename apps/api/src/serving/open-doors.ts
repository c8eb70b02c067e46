import type { INestApplicationContext } from '@nestjs/common';
import { Catalog, CatalogReader } from '@steelyard/domain-catalog';
import { Identity } from '@steelyard/domain-identity';
import { IssueReceipt, ReceiptKeys, RunPrediction } from '@steelyard/domain-inference';
import type { BareRoutes } from '@steelyard/platform-http';
import { createModelsDoor } from '@steelyard/protocol-graphql-models';
import { createNativeDoor, createReceiptDoor, createReceiptKeysDoor } from '@steelyard/protocol-native';
import { createOpenInferenceDoor } from '@steelyard/protocol-open-inference';
import { createOpenAiDoor } from '@steelyard/protocol-openai';
import type { Infrastructure } from '../infrastructure.js';
import { version } from '../version.js';

export interface Doorway {
  readonly opened: Infrastructure;
  /** Whether calls can be taken. */
  readonly isReady: () => Promise<boolean>;
}

/** The doors that predictions come through, but for GraphQL's `predict`, which is the module's. */
export function openDoors(bare: BareRoutes, app: INestApplicationContext, { opened: { config, logger, tracing }, isReady }: Doorway): void {
  const door = { identity: app.get(Identity), runPrediction: app.get(RunPrediction), logger, tracing, bodyBytesMax: config.bodyLimitBytes };
  const models = { catalog: app.get(Catalog), reader: app.get(CatalogReader) };
  bare.add(createNativeDoor(door));
  bare.add(createReceiptDoor({ identity: door.identity, receipts: app.get(IssueReceipt), logger }));
  bare.add(createReceiptKeysDoor({ keys: app.get(ReceiptKeys), logger }));
  bare.add(createModelsDoor({ ...door, catalog: models.catalog, introspection: config.introspection }));
  bare.add(createOpenAiDoor({ ...door, ...models }));
  bare.add(createOpenInferenceDoor({ ...door, ...models, version, isReady }));
}
