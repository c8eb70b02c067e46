import { fileURLToPath } from 'node:url';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Runtime } from '@steelyard/runtime-kit';
import type { CancelHeader, DescribedHeader, InspectedHeader, InspectHeader, LoadedHeader, LoadHeader, MoreHeader } from '@steelyard/wire';
import { AppError } from '@steelyard/kernel';
import { findPackageVersion } from './find-package.js';
import { loadRuntime } from './load-runtime.js';
import type { RuntimePackage } from './load-runtime.js';
import { anonymousMemoryBytes } from './memory.js';
import { ModelVersion } from './model-version.js';
import type { BatchAnswer, RunRequest } from './model-version.js';
import { readOpFiles, withoutOpFiles } from './ops/op-files.js';
import { checkRuntimeRange, readManifestFile } from './read-manifest-file.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** One runner's life: a runtime plugin, then at most one model version. */
export class RunnerSession {
  readonly #package: RuntimePackage;
  readonly #aborted = new AbortController();
  #runtime: Promise<Runtime> | undefined;
  #version: ModelVersion | undefined;
  #loading = false;

  constructor(runtimePackage: RuntimePackage) {
    this.#package = runtimePackage;
  }

  async describe(): Promise<DescribedHeader> {
    const runtime = await this.#plugin();
    const { name, version, spi, formats, capabilities, optionsSchema } = runtime;
    const devices = await runtime.probe();
    const unusable = await runtime.unusable?.();
    const memoryBytes = await memoryOf(runtime, devices);
    const libraries = await this.#versionsOf(runtime.libraries ?? []);
    return { name, version, spi, formats, capabilities, optionsSchema, devices, ...(unusable && { unusable }), memoryBytes, libraries, node: process.versions.node };
  }

  async inspect({ dir }: InspectHeader): Promise<InspectedHeader> {
    const [runtime, manifest] = await Promise.all([this.#plugin(), readManifestFile(dir)]);
    checkRuntimeRange(runtime, manifest.runtime);
    await readOpFiles(dir, manifest);
    return runtime.inspect({ dir, manifest: withoutOpFiles(manifest) });
  }

  async load({ dir, device, threads }: LoadHeader): Promise<LoadedHeader> {
    if (this.#loading) throw runtimeErrors.ALREADY_LOADED({ asked: dir });
    this.#loading = true;
    const startedAtMs = performance.now();
    const [runtime, manifest] = await Promise.all([this.#plugin(), readManifestFile(dir)]);
    checkRuntimeRange(runtime, manifest.runtime);
    const { options } = manifest.runtime;
    const opFiles = await readOpFiles(dir, manifest);
    const model = await runtime.open({ dir, manifest: withoutOpFiles(manifest), device, threads, options }).catch((error: unknown) => {
      if (error instanceof AppError) throw error;
      throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason: reasonOf(error) }, error);
    });
    this.#version = new ModelVersion({ manifest, opFiles, model, capabilities: runtime.capabilities, threads, aborted: this.#aborted.signal });
    return {
      inputs: model.inputs,
      outputs: model.outputs,
      device: model.device,
      loadMs: performance.now() - startedAtMs,
      memoryBytes: anonymousMemoryBytes(),
      ...(model.deviceMemoryBytes !== undefined && { deviceMemoryBytes: model.deviceMemoryBytes }),
    };
  }

  run(request: RunRequest): Promise<BatchAnswer> {
    if (!this.#version) throw runtimeErrors.NOT_LOADED({ asked: 'run' });
    return this.#version.run(request);
  }

  more(id: number, header: MoreHeader): void {
    this.#version?.more(id, header);
  }

  cancel(id: number, header: CancelHeader): void {
    this.#version?.cancel(id, header);
  }

  /** Nobody waits any more: tells a runtime that can stop early to do so. */
  abort(): void {
    this.#aborted.abort();
  }

  async close(): Promise<void> {
    this.abort();
    await this.#version?.close();
  }

  /** From where runtimes are looked for. One that is not found there is left out. */
  async #versionsOf(libraries: readonly string[]): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const name of libraries) {
      const given = this.#package.folder === undefined ? undefined : await findPackageVersion(name, this.#package.folder);
      const version = given ?? (await findPackageVersion(name, HERE));
      if (version !== undefined) found[name] = version;
    }
    return found;
  }

  #plugin(): Promise<Runtime> {
    this.#runtime ??= loadRuntime(this.#package);
    return this.#runtime;
  }
}

async function memoryOf(runtime: Runtime, devices: readonly string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const device of devices) {
    const bytes = device === 'cpu' ? undefined : await runtime.memoryOf?.(device);
    if (bytes !== undefined) found[device] = bytes;
  }
  return found;
}
