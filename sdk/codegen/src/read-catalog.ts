import type { Client } from '@steelyard/client';

/** The part of a client that reads the catalog. */
export type CatalogReader = Pick<Client, 'graphql'>;

export interface CatalogVersion {
  readonly version: string;
  readonly inputSchema: unknown;
  readonly outputSchema: unknown;
}

/** A model that the key can call, with its versions that are ready. */
export interface CatalogModel {
  readonly owner: string;
  readonly name: string;
  readonly task: string;
  readonly description: string;
  readonly versions: readonly CatalogVersion[];
  readonly channels: readonly { readonly name: string; readonly version: string }[];
}

const FIELDS = `owner name task description
  versions { version state inputSchema outputSchema }
  channels { name version { version } }`;

const DOCUMENT = `query CallableModels($after: String) {
  models(first: 50, after: $after) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } }
}`;

const NAMED = `query NamedModel($ref: String!) { model(ref: $ref) { ${FIELDS} } }`;

interface ModelNode extends Omit<CatalogModel, 'versions' | 'channels'> {
  readonly versions: readonly (CatalogVersion & { readonly state: string })[];
  readonly channels: readonly { readonly name: string; readonly version: { readonly version: string } }[];
}

interface CatalogPage {
  readonly models: {
    readonly nodes: readonly ModelNode[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/**
 * Every model that the client's key can call and finds: its organization's own, those shared with it, and the public ones; and those that are
 * `named` (`owner/name`), as an unlisted one has to be. Of a name that leads to nothing there is no entry.
 * @throws SteelyardError
 */
export async function readCatalog(client: CatalogReader, named: readonly string[] = []): Promise<CatalogModel[]> {
  const models: CatalogModel[] = [];
  let after: string | null = null;
  do {
    const page: CatalogPage = await client.graphql<CatalogPage>(DOCUMENT, { after });
    models.push(...page.models.nodes.map(toModel));
    after = page.models.pageInfo.hasNextPage ? page.models.pageInfo.endCursor : null;
  } while (after !== null);
  const found = new Set(models.map(({ owner, name }) => `${owner}/${name}`));
  for (const ref of new Set(named)) {
    if (found.has(ref)) continue;
    const { model } = await client.graphql<{ readonly model: ModelNode | null }>(NAMED, { ref });
    if (model) models.push(toModel(model));
  }
  return models;
}

function toModel(node: ModelNode): CatalogModel {
  return {
    ...node,
    versions: node.versions.filter(({ state }) => state === 'READY'),
    channels: node.channels.map(({ name, version }) => ({ name, version: version.version })),
  };
}
