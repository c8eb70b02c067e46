import { saveFile } from '../browser/save-file';
import { portalHeaders } from './ask';

/** Saves a file of the server's; gives what went wrong. A plain link would not say which organization it is for. */
export async function download(address: string, fallbackName: string): Promise<string | undefined> {
  try {
    const response = await fetch(address, { headers: portalHeaders(), credentials: 'same-origin' });
    if (!response.ok) {
      const { error } = (await response.json()) as { error?: { message?: string } };
      return error?.message ?? response.statusText;
    }
    saveFile(await response.blob(), /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? fallbackName);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
