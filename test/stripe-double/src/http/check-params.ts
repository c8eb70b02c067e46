import type { ErrorObject } from 'ajv';
import type { Operation } from '../contract/operations.js';
import { invalid, type StripeFailure } from '../state/stripe-failure.js';

/** What Stripe would say of parameters that break the contract: the worst of what was found. */
export function refuse(violations: readonly ErrorObject[]): StripeFailure {
  const unknown = violations.find(({ keyword }) => keyword === 'additionalProperties');
  if (unknown) {
    const param = named(unknown.instancePath, (unknown.params as { additionalProperty: string }).additionalProperty);
    return invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  const absent = violations.find(({ keyword }) => keyword === 'required');
  if (absent) {
    const param = named(absent.instancePath, (absent.params as { missingProperty: string }).missingProperty);
    return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const { instancePath, message = '', keyword } = violations[0]!;
  const param = named(instancePath);
  if (keyword === 'type' && message.includes('number')) return invalid(`Invalid integer: ${param}`, { code: 'parameter_invalid_integer', param });
  return invalid(`Invalid ${param}: ${message}`, { param });
}

/** `/metadata/order` and `id` as Stripe names them: `metadata[order][id]`. */
function named(instancePath: string, last?: string): string {
  const [first, ...rest] = [...instancePath.split('/').slice(1), ...(last === undefined ? [] : [last])];
  return [first, ...rest.map((part) => `[${part}]`)].join('');
}

/** Parameters that remember which of them were looked at. */
export function watchReads<T extends object>(params: T): { readonly watched: T; unread(): string[] } {
  const read = new Set<string | symbol>(['expand']);
  const watched = new Proxy(params, {
    get(target, name, receiver) {
      read.add(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  return { watched, unread: () => Object.keys(params).filter((name) => !read.has(name)) };
}

/** A double that ignores a parameter would let pass what Stripe does differently. */
export function notDone(operation: Operation, unread: readonly string[]): string {
  return `The double does nothing with ${unread.join(', ')} of ${operation} yet: teach it in test/stripe-double/src/resources.`;
}
