import { emitModule } from './emit-module.js';
import { type CatalogReader, readCatalog } from './read-catalog.js';

export interface GenerateOptions {
  /** Its key decides which models there are. */
  readonly client: CatalogReader;
  /** `owner/name` of models that no list shows: unlisted ones. */
  readonly named?: readonly string[];
}

/**
 * The text of a TypeScript module with `interface Models`: an entry for each reference that the key can call, to be given
 * to `createClient<Models>()`.
 * @throws SteelyardError
 */
export async function generateTypes({ client, named }: GenerateOptions): Promise<string> {
  return emitModule(await readCatalog(client, named));
}
