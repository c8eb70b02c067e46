import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Manifest } from '@steelyard/model-package';
import type { Item, LoadedModel, OpenContext, Runtime } from '@steelyard/runtime-kit';

/** How to look at the parts of a streaming runtime's answers. */
export interface StreamFixture {
  /** `runtime.options` for these tests; default those of the fixture. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A request whose answer comes in at least two parts. The same request must have the same answer every time. */
  readonly item: Item;
  /** What the parts of an answer come to: the fields of the answer that are handed out in parts, e.g. `{ text }`. */
  readonly join: (parts: readonly unknown[]) => Item;
  /** A request whose answer comes in at least `partsMin` parts (20 or more), each of them taking some time. */
  readonly long: { readonly item: Item; readonly partsMin: number };
  /** How many parts may still come after the reader stopped reading or left: those that one step makes. Default 2. */
  readonly partsAfterMax?: number;
}

/** A small model of the runtime's own kind and requests to it. */
export interface RuntimeFixture {
  /** Contents by path: the package's artifacts. Empty for a runtime without files. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** `runtime.options` of the manifest. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Default `custom`. */
  readonly task?: Manifest['task'];
  /** `batching.maxSize` of the manifest; default 32. */
  readonly batchSizeMax?: number;
  /** Where to run it; default `cpu`. */
  readonly device?: string;
  /** At least two different requests that the model answers. */
  readonly items: readonly Item[];
  /** Their answers, in order; numbers may be off by {@link tolerance}. */
  readonly expected: readonly Item[];
  /** Absolute and relative; default 1e-5. */
  readonly tolerance?: number;
  /** A request that this model must refuse, while its neighbours in the batch are answered. Required where the model has declared inputs. */
  readonly badItem?: Item;
  /** Contents that are no model: `inspect` must refuse them in place of any artifact. Required for a runtime with formats. */
  readonly garbage?: readonly Uint8Array[];
  /** For a runtime that can stop early: options and a request that run for at least `runMs` unless stopped. */
  readonly slow?: { readonly options: Readonly<Record<string, unknown>>; readonly item: Item; readonly runMs: number };
  /** Required for a runtime that declares streaming. */
  readonly stream?: StreamFixture;
}

/** The part of a fixture that is a package. */
export type Package = Pick<RuntimeFixture, 'files' | 'options' | 'task' | 'batchSizeMax' | 'device'>;

/** A manifest with every default, as a runtime gets it. */
export function fixtureManifest(runtime: Pick<Runtime, 'name'>, { files, options = {}, task = 'custom', batchSizeMax = 32 }: Package): Manifest {
  return {
    schema: 1,
    name: 'fixture',
    version: '1.0.0',
    license: 'Apache-2.0',
    task,
    description: '',
    runtime: { name: runtime.name, range: '*', options },
    artifacts: Object.keys(files).map((file) => ({ path: file })),
    card: 'README.md',
    input: {},
    output: {},
    pre: [],
    post: [],
    batching: { maxSize: batchSizeMax, maxDelayMs: 0 },
    resources: { gpu: 'never', memoryMb: 512 },
    limits: { loadMs: 30_000, runMs: 10_000 },
  };
}

/** Writes the files into a new folder, hands it over and removes it. */
export async function withPackage<T>(runtime: Runtime, fixture: Package, use: (context: OpenContext) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'steelyard-runtime-'));
  try {
    for (const [file, content] of Object.entries(fixture.files)) {
      await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
      await writeFile(path.join(dir, file), content);
    }
    const manifest = fixtureManifest(runtime, fixture);
    return await use({ dir, manifest, device: fixture.device ?? 'cpu', threads: 1, options: manifest.runtime.options });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Opens the fixture's model, hands it over and closes it. */
export function withModel<T>(runtime: Runtime, fixture: Package, use: (model: LoadedModel) => Promise<T>): Promise<T> {
  return withPackage(runtime, fixture, async (context) => {
    const model = await runtime.open(context);
    try {
      return await use(model);
    } finally {
      await model.close();
    }
  });
}
