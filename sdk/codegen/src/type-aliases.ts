import type { TypeText } from './type-text.js';

/**
 * Names for the parts of schemas that `$ref` points to, each written once. Remembers which alias is nothing but another
 * (no object or array between them), because TypeScript refuses a circle of those.
 */
export class TypeAliases {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #bodies = new Map<string, TypeText>();
  readonly #direct = new Map<string, Set<string>>();

  /** The name of the part `key` and whether it is new, so that its body must be given to `define`. */
  nameOf(key: string): { readonly name: string; readonly isNew: boolean } {
    const known = this.#names.get(key);
    if (known !== undefined) return { name: known, isNew: false };
    const base = key.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(?=\d)/, '_');
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) name = `${base}_${count}`;
    this.#taken.add(name);
    this.#names.set(key, name);
    return { name, isNew: true };
  }

  define(name: string, body: TypeText): void {
    this.#bodies.set(name, body);
  }

  /** Notes that `from` is nothing but `to`; false when that would close a circle. */
  connect(from: string, to: string): boolean {
    if (this.#reaches(to, from)) return false;
    this.#direct.set(from, (this.#direct.get(from) ?? new Set()).add(to));
    return true;
  }

  #reaches(from: string, to: string, seen = new Set<string>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(this.#direct.get(from) ?? [])].some((next) => this.#reaches(next, to, seen));
  }

  /** Every name that is needed where those of `names` are used: aliases with what is in them, and names from elsewhere. */
  closure(names: readonly string[]): Set<string> {
    const needed = new Set<string>();
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      waiting.push(...(this.#bodies.get(name)?.names ?? []));
    }
    return needed;
  }

  /** The declarations of those of `names` that are aliases, in their order. */
  declarations(names: ReadonlySet<string>): string {
    const declared = [...this.#bodies].filter(([name]) => names.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    return declared.map(([name, body]) => `\ntype ${name} = ${body.text};\n`).join('');
  }
}
