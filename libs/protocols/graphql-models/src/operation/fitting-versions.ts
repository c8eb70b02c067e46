import type { Catalog } from '@steelyard/domain-catalog';
import type { Caller } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';
import { LRUCache } from 'lru-cache';
import { modelsErrors } from '../errors.js';
import { misfits } from '../types/misfits.js';
import type { TypedVersion } from '../types/model-types.js';
import { shapeOf } from '../types/shape.js';

const COMPARED_MAX = 1_000;
/** A draw by which a channel's candidate is chosen, if it has one. */
const CANDIDATES = 0;

/** Sees to it that what runs for a field answers as the field's types say. */
export class FittingVersions {
  readonly #compared = new LRUCache<string, readonly Problem[]>({ max: COMPARED_MAX });

  constructor(private readonly catalog: Pick<Catalog, 'resolve'>) {}

  /**
   * The reference to run for a field. A candidate of a canary that answers otherwise gets none of its calls, and a release that
   * came in between does not change them: the version itself is named then.
   * @throws GRAPHQL_MODELS.VERSION_INCOMPATIBLE for a version that was asked for; AppError of CATALOG
   */
  async refOf(typed: TypedVersion, asked: string | undefined, caller: Caller): Promise<string> {
    const model = `${typed.owner}/${typed.name}`;
    if (asked !== undefined) return this.#refOfAsked(typed, `${model}${/^\d+\.\d+\.\d+/.test(asked) ? '@' : ':'}${asked}`, caller);
    const found = await this.catalog.resolve(model, caller, CANDIDATES);
    return this.#problems(found, typed).length === 0 ? model : `${model}@${typed.version}`;
  }

  async #refOfAsked(typed: TypedVersion, ref: string, caller: Caller): Promise<string> {
    const found = await this.catalog.resolve(ref, caller);
    const problems = this.#problems(found, typed);
    if (problems.length > 0) throw modelsErrors.VERSION_INCOMPATIBLE({ ref, typed: typed.label, problems });
    const candidate = await this.catalog.resolve(ref, caller, CANDIDATES);
    return this.#problems(candidate, typed).length === 0 ? ref : `${typed.owner}/${typed.name}@${found.version}`;
  }

  #problems(found: Pick<TypedVersion, 'digest' | 'manifest'>, typed: TypedVersion): readonly Problem[] {
    if (found.digest === typed.digest) return [];
    const key = `${found.digest} ${typed.digest}`;
    let problems = this.#compared.get(key);
    if (!problems) this.#compared.set(key, (problems = misfits(shapeOf(found.manifest.output), shapeOf(typed.manifest.output))));
    return problems;
  }
}
