import type { Client } from '@steelyard/client';

/** The reference with its owner: that of the caller's organization where none is named. */
export async function ownRef(client: Client, ref: string): Promise<string> {
  if (ref.includes('/')) return ref;
  const { viewer } = await client.graphql<{ viewer: { organization: { handle: string } } }>('query Own { viewer { organization { handle } } }');
  return `${viewer.organization.handle}/${ref}`;
}
