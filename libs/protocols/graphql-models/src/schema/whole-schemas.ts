import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Caller } from '@steelyard/kernel';
import type { ModelTypes } from '../types/model-types.js';
import { assembleSchema } from './assemble-schema.js';
import type { ModelTypesStore, Selection } from './model-types-store.js';

/** A schema of all that a caller may use, or of what was selected of it. */
export interface WholeSchema {
  readonly models: readonly ModelTypes[];
  readonly schema: GraphQLSchema;
  /** One for each that is made. */
  readonly serial: number;
}

const SCHEMAS_KEPT = 16;

/** Schemas for introspection, kept as long as their models have the same versions: every time they are asked for, the list is read anew. */
export class WholeSchemas {
  readonly #kept = new LRUCache<string, WholeSchema>({ max: SCHEMAS_KEPT });

  #made = 0;

  constructor(private readonly store: ModelTypesStore) {}

  async find(selection: Selection, caller: Caller | undefined): Promise<WholeSchema> {
    const models = await this.store.list(selection, caller);
    const key = JSON.stringify([caller?.organizationId ?? null, selection.owner ?? null, selection.models ?? null]);
    const known = this.#kept.get(key);
    if (known && known.models.length === models.length && models.every((model, index) => model === known.models[index])) return known;
    const whole = { models, schema: assembleSchema(models), serial: (this.#made += 1) };
    this.#kept.set(key, whole);
    return whole;
  }
}
