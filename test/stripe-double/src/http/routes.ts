import type { Contract } from '../contract/derive-contract.js';
import type { Operation } from '../contract/operations.js';

export interface Match {
  readonly operation: Operation;
  readonly ids: readonly string[];
}

/** Finds the operation that a verb and a path mean; a path without a variable goes before one with it. */
export class Routes {
  private readonly routes: { readonly operation: Operation; readonly verb: string; readonly pattern: RegExp }[];

  constructor({ operations }: Contract) {
    const variables = (path: string) => path.split('{').length;
    this.routes = Object.entries(operations)
      .sort(([, a], [, b]) => variables(a.path) - variables(b.path))
      .map(([operation, { verb, path }]) => ({ operation: operation as Operation, verb, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`) }));
  }

  find(verb: string, path: string): Match | undefined {
    for (const route of this.routes) {
      const match = route.verb === verb ? route.pattern.exec(path) : null;
      if (match) return { operation: route.operation, ids: match.slice(1).map(decodeURIComponent) };
    }
    return undefined;
  }
}
