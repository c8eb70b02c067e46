import type { ErrorObject } from 'ajv';
import { segmentsOfPointer, type PathSegment } from '../problem.js';

export interface Violation {
  readonly segments: readonly PathSegment[];
  /** Set when the fault is a key: the problem is shown at the key itself. */
  readonly key?: string;
  readonly message: string;
}

/** Says in words what ajv found, naming what was given. `undefined` for errors that only repeat another one. */
export function describeViolation(error: ErrorObject, root: unknown): Violation | undefined {
  const segments = segmentsOfPointer(error.instancePath, root);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'if':
    case 'anyOf':
      return error.keyword === 'anyOf' ? { segments, message: 'is none of the allowed forms' } : undefined;
    case 'required':
      return { segments: [...segments, String(params.missingProperty)], message: 'is missing' };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params.additionalProperty ?? params.unevaluatedProperty);
      return { segments: [...segments, key], key, message: 'is not known here' };
    }
    case 'enum':
      return { segments, message: `must be one of ${(params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}` };
    case 'const':
      return { segments, message: `must be ${JSON.stringify(params.allowedValue)}` };
    case 'discriminator':
      return { segments: [...segments, String(params.tag)], message: `is not an op that is known here: ${JSON.stringify(params.tagValue)}` };
    case 'pattern':
      return { segments, message: `does not have the right form (${String(params.pattern)})` };
    case 'x-tensor':
    case 'x-media':
      return { segments, message: error.message ?? 'is not usable' };
    default:
      return { segments, message: error.message ?? `breaks the rule ${error.keyword}` };
  }
}
