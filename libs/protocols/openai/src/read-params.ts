import { openaiErrors } from './errors.js';

/** A parsed body, which is asked for its parameters one by one. */
export class Params {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws OPENAI.PARAM_INVALID */
  constructor(
    body: unknown,
    private readonly path = '',
  ) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid(path || 'body', 'must be an object');
    this.#fields = body as Record<string, unknown>;
  }

  /** What is there; clients say "not given" by null as well as by leaving out. */
  get(name: string): unknown {
    return this.#fields[name] ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(this.named(name), 'must be a text');
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'number') return value;
    throw invalid(this.named(name), 'must be a number');
  }

  flag(name: string): boolean {
    const value = this.get(name) ?? false;
    if (typeof value === 'boolean') return value;
    throw invalid(this.named(name), 'must be true or false');
  }

  object(name: string): Params | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new Params(value, this.named(name));
  }

  list(name: string): unknown[] | undefined {
    const value = this.get(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw invalid(this.named(name), 'must be a list');
  }

  /** `metadata.tag`, the only note that is read. */
  tag(): string | undefined {
    const metadata = this.get('metadata');
    const { tag } = Object(metadata) as { tag?: unknown };
    return typeof tag === 'string' ? tag : undefined;
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw invalid(this.named(name), 'is missing');
    return text;
  }

  named(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /**
   * Refuses what would change the answer and is not built; what asks for nothing (`n: 1`, an empty list, a penalty of 0) is let through, and
   * so are parameters that are nothing but notes.
   * @throws OPENAI.PARAM_NOT_SUPPORTED
   */
  allow(understood: readonly string[], idle: Readonly<Record<string, (value: unknown) => boolean>>): void {
    for (const [name, value] of Object.entries(this.#fields)) {
      if (value === undefined || value === null || understood.includes(name) || (Object.hasOwn(idle, name) && idle[name]!(value))) continue;
      throw openaiErrors.PARAM_NOT_SUPPORTED({ param: this.named(name) });
    }
  }
}

export function invalid(param: string, problem: string) {
  return openaiErrors.PARAM_INVALID({ param, problem });
}

export const always = (): boolean => true;
export const isZero = (value: unknown): boolean => value === 0;
export const isOne = (value: unknown): boolean => value === 1;
export const isFalse = (value: unknown): boolean => value === false;
export const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value!).length === 0;

/** What callers send for their own records or for a server's tuning. */
export const NOTES = { user: always, metadata: always, store: isFalse, service_tier: always, safety_identifier: always, prompt_cache_key: always };
