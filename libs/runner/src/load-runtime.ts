import { reasonOf, runtimeErrors, SPI_VERSION } from '@steelyard/runtime-kit';
import type { Runtime } from '@steelyard/runtime-kit';
import { findPackageEntry } from './find-package.js';

const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

export interface RuntimePackage {
  readonly packageName: string;
  /** Where the server was started; undefined to look from this package's place alone. */
  readonly folder?: string | undefined;
}

/**
 * Imports a runtime plugin by its package name: as found from the server's folder, where an operator installs what is
 * added, then from this package's place, where Steelyard's own are.
 * @throws AppError `RUNTIME.UNKNOWN` when it is absent or broken, `RUNTIME.INCOMPATIBLE` when it was written for another SPI.
 */
export async function loadRuntime({ packageName, folder }: RuntimePackage): Promise<Runtime> {
  if (!PACKAGE_NAME.test(packageName)) throw runtimeErrors.UNKNOWN({ runtime: packageName, reason: 'it is not the name of a package' });
  let module: { default?: unknown };
  try {
    const entry = folder === undefined ? undefined : await findPackageEntry(packageName, folder);
    module = (await import(entry?.href ?? packageName)) as { default?: unknown };
  } catch (error) {
    throw runtimeErrors.UNKNOWN({ runtime: packageName, reason: isAbsent(error, packageName) ? 'it is not installed' : reasonOf(error) }, error);
  }
  return checkRuntime(packageName, module.default);
}

/** A package that is there but misses one of its own dependencies must not be reported as absent. */
function isAbsent(error: unknown, packageName: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && (message ?? '').includes(`'${packageName}'`);
}

/** Checks what a plugin exports before anything of it is called. */
export function checkRuntime(packageName: string, candidate: unknown): Runtime {
  const runtime = candidate as Partial<Runtime> | null | undefined;
  if (typeof runtime !== 'object' || runtime === null || typeof runtime.spi !== 'number') {
    throw runtimeErrors.INCOMPATIBLE({ runtime: packageName, reason: 'its default export is not a runtime made by defineRuntime' });
  }
  if (runtime.spi !== SPI_VERSION) {
    throw runtimeErrors.INCOMPATIBLE({ runtime: packageName, reason: `it was written for SPI ${runtime.spi}, this runner has SPI ${SPI_VERSION}` });
  }
  const missing = (['probe', 'inspect', 'open'] as const).filter((method) => typeof runtime[method] !== 'function');
  const unnamed = (['name', 'version'] as const).filter((field) => typeof runtime[field] !== 'string');
  const unsaid = (['formats', 'capabilities', 'optionsSchema'] as const).filter((field) => typeof runtime[field] !== 'object');
  const lacks = [...missing, ...unnamed, ...unsaid];
  if (lacks.length > 0) {
    throw runtimeErrors.INCOMPATIBLE({ runtime: packageName, reason: `it lacks ${lacks.join(', ')}` });
  }
  return runtime as Runtime;
}
