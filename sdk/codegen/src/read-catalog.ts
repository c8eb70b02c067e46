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

const DOCUMENT = `query CallableModels($after: String) {
  models(first: 50, after: $after) {
    nodes {
      owner name task description
      versions { version state inputSchema outputSchema }
      channels { name version { version } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

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
 * Every model that the client's key can call: its organization's own and the public ones.
 * @throws SteelyardError
 */
export async function readCatalog(client: CatalogReader): Promise<CatalogModel[]> {
  const models: CatalogModel[] = [];
  let after: string | null = null;
  do {
    const page: CatalogPage = await client.graphql<CatalogPage>(DOCUMENT, { after });
    models.push(...page.models.nodes.map(toModel));
    after = page.models.pageInfo.hasNextPage ? page.models.pageInfo.endCursor : null;
  } while (after !== null);
  return models;
}

function toModel(node: ModelNode): CatalogModel {
  return {
    ...node,
    versions: node.versions.filter(({ state }) => state === 'READY'),
    channels: node.channels.map(({ name, version }) => ({ name, version: version.version })),
  };
}
