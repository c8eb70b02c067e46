import type { Catalog, CatalogReader } from '@steelyard/domain-catalog';
import type { DoorOptions, ModelSource } from '@steelyard/protocol-door';

/** What the door is made with. */
export interface OpenAiOptions extends DoorOptions, ModelSource {
  readonly catalog: Pick<Catalog, 'resolve' | 'notAllowed'>;
  readonly reader: Pick<CatalogReader, 'models' | 'model'>;
}
