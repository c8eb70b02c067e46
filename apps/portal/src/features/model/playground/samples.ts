import { client } from '../../../server/ask';
import { readHttpError } from '@steelyard/client';
import { objectOf } from './input-form';
import type { DraftValue, JsonObject } from './draft';

/** An input that the provider has given with the version; `{"$file": path}` stands for a file of the package, in base64. */
export interface Sample {
  readonly name: string;
  readonly input: JsonObject;
}

export function samplesOf(json: unknown): readonly Sample[] {
  if (!Array.isArray(json)) return [];
  return json.map(objectOf).flatMap(({ name, input }) => (typeof name === 'string' ? [{ name, input: objectOf(input) }] : []));
}

/** The file that a value stands for. */
export function fileOf(value: unknown): string | undefined {
  const { $file } = objectOf(value);
  return typeof $file === 'string' ? $file : undefined;
}

/**
 * A file of a sample, as base64 text.
 * @param versionRef owner/name@version
 * @throws SteelyardError
 */
export async function loadSampleFile(versionRef: string, path: string, signal?: AbortSignal): Promise<string> {
  const [model = '', version = ''] = versionRef.split('@');
  const address = [...model.split('/'), version].map(encodeURIComponent).join('/');
  const file = path.split('/').map(encodeURIComponent).join('/');
  const response = await client.request(`/v1/models/${address}/files/${file}`, { signal: signal ?? null });
  if (!response.ok) throw readHttpError(response, await response.text());
  return toBase64(await response.blob());
}

/** The sample as it is sent: each file as its contents. */
export async function resolveSample(sample: Sample, load: (path: string) => Promise<string>): Promise<DraftValue> {
  const files: Record<string, string> = {};
  const resolve = async (value: unknown): Promise<unknown> => {
    const path = fileOf(value);
    if (path !== undefined) return load(path);
    if (Array.isArray(value)) return Promise.all(value.map(resolve));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, item]) => [name, await resolve(item)] as const)));
  };
  for (const [name, value] of Object.entries(sample.input)) {
    const path = fileOf(value);
    if (path !== undefined) files[name] = path.split('/').at(-1)!;
  }
  return { input: (await resolve(sample.input)) as JsonObject, ready: true, files };
}

export async function toBase64(blob: Blob): Promise<string> {
  const address = await new Promise<string>((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = () => fail(reader.error!);
    reader.readAsDataURL(blob);
  });
  return address.slice(address.indexOf(',') + 1);
}
