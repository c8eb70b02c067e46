import type { CatalogReader } from '@steelyard/domain-catalog';
import type { DoorOptions, ModelSource } from '@steelyard/protocol-door';

/** What the door is made with. */
export interface OpenAiOptions extends DoorOptions, ModelSource {
  readonly reader: Pick<CatalogReader, 'models' | 'model'>;
}
