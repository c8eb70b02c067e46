import { createClient } from '@steelyard/client';
import { readPackageFolder } from '@steelyard/model-package';
import type { PlatformClient } from '@steelyard/test-support';
import { startPublication } from '../../sdk/cli/src/publish/publication.js';
import { uploadFiles } from '../../sdk/cli/src/publish/upload-files.js';
import { watchPublication } from '../../sdk/cli/src/publish/watch-publication.js';

/** Publishes a package for everybody as the command does, without a process of its own. Gives the version's digest. */
export async function publishFolder({ url }: Pick<PlatformClient, 'url'>, apiKey: string, dir: string): Promise<string> {
  const client = createClient({ baseUrl: url, apiKey });
  const folder = await readPackageFolder(dir);
  await uploadFiles({ client, folder });
  const { id } = await startPublication(client, folder, { isPublic: true, dryRun: false });
  const { status, error, digest } = await watchPublication({ client, url, apiKey }, id, { onEvent: () => undefined });
  if (status !== 'SUCCEEDED') throw new Error(`${dir} was not published: ${error?.message}`);
  return digest!;
}
