import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { scanPackage } from './scan-package.js';

const USES_SHOWN = 20;

/**
 * Says what a package holds, without loading it.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage(context: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const { format, weights, uses, origin } = await scanPackage(context);
  const byUse = [...uses].sort(([a, usesA], [b, usesB]) => usesB - usesA || a.localeCompare(b));
  const shown = byUse.slice(0, USES_SHOWN).map(([name, count]) => `${name} ${count}`);
  return {
    format,
    notes: [
      ...(origin ? [`made by ${origin}`] : []),
      `${weights.specs.length} weights of ${weights.bytes} bytes in ${weights.files.length} files`,
      `${format === 'graph-model' ? 'operators' : 'classes'}: ${shown.join(', ')}${byUse.length > USES_SHOWN ? ', …' : ''}`,
    ],
  };
}
