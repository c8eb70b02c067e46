import { LICENSE_NOT_STATED, type Manifest } from '@steelyard/model-package';

/** Keys of `model.yaml` without which a model is not listed for everybody: under which terms, and what for, must be said. */
export function missingForPublic({ license, intendedUse }: Pick<Manifest, 'license' | 'intendedUse'>): string[] {
  return [...(license === LICENSE_NOT_STATED ? ['license'] : []), ...(intendedUse === undefined ? ['intendedUse'] : [])];
}
