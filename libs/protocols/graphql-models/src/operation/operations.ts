import { GraphQLError, specifiedRules, validate, type DocumentNode, type FieldNode, type GraphQLSchema, type ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AppError, type Caller } from '@steelyard/kernel';
import { limitRules, type OperationLimits } from '@steelyard/platform-graphql';
import { modelsErrors } from '../errors.js';
import { modelOfField } from '../field-name.js';
import { assembleSchema } from '../schema/assemble-schema.js';
import type { ModelTypesStore, Selection } from '../schema/model-types-store.js';
import { WholeSchemas, type WholeSchema } from '../schema/whole-schemas.js';
import type { ModelTypes } from '../types/model-types.js';
import { introspectOnceRule } from './introspection-rule.js';
import { readDocument, type ReadDocument } from './read-document.js';

/** A document and the schema that it was held against. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly isMutation: boolean;
  readonly schema: GraphQLSchema;
  /** What is wrong with it; then it is not to be run. */
  readonly errors: readonly GraphQLError[];
  /** Set when the document asks for the schema itself. */
  readonly whole?: WholeSchema | undefined;
}

interface KnownDocument extends ReadDocument {
  readonly prepared: LRUCache<string, Prepared>;
}

const DOCUMENT_CHARS_KEPT = 16 * 1024 * 1024;
/** What a short document takes beside its text. */
const DOCUMENT_OVERHEAD_CHARS = 4_000;
/** One document is held against so many schemas: of callers with models of their own, and of versions that follow each other. */
const SCHEMAS_PER_DOCUMENT = 4;
const SCHEMAS_KEPT = 500;
/** Introspection takes a third of a millisecond a model, in which nothing else is done; text, a hundredth. */
const INTROSPECTED_MAX = 200;
const EMPTY: Selection = { models: [] };

/**
 * Documents, each read and validated once for the versions that its fields stand for. A mutation is held against a schema of just the models that it
 * names, which are found by their fields' names: no schema of all models is ever made for a call.
 */
export class Operations {
  readonly #documents = new LRUCache<string, KnownDocument>({ maxSize: DOCUMENT_CHARS_KEPT, sizeCalculation: (_known, source) => source.length + DOCUMENT_OVERHEAD_CHARS });
  readonly #schemas = new LRUCache<string, GraphQLSchema>({ max: SCHEMAS_KEPT });
  readonly #whole: WholeSchemas;
  readonly #rules: readonly ValidationRule[];

  constructor(
    private readonly store: ModelTypesStore,
    private readonly limits: OperationLimits,
  ) {
    this.#whole = new WholeSchemas(store);
    this.#rules = [...specifiedRules, ...limitRules(limits), introspectOnceRule];
  }

  /** @throws GraphQLError of the document's syntax; AppError as {@link readDocument} */
  read(source: string): ReadDocument {
    let known = this.#documents.get(source);
    if (!known) this.#documents.set(source, (known = { ...readDocument(source, this.limits), prepared: new LRUCache({ max: SCHEMAS_PER_DOCUMENT }) }));
    return known;
  }

  /**
   * @param selection which models a query shows; a mutation reaches all
   * @throws GRAPHQL_MODELS.TOO_MANY_MODELS; AppError of CATALOG for what is selected
   */
  async prepare(read: ReadDocument, caller: Caller | undefined, selection: Selection): Promise<Prepared> {
    return read.isMutation ? this.#prepareMutation(read as KnownDocument, caller) : this.#prepareQuery(read, caller, selection);
  }

  async #prepareMutation(known: KnownDocument, caller: Caller | undefined): Promise<Prepared> {
    const models: ModelTypes[] = [];
    const unknown: GraphQLError[] = [];
    for (const [field, node] of known.fields) {
      if (field.startsWith('__')) continue;
      const found = await this.#find(field, caller);
      if (found instanceof AppError) unknown.push(noSuchField(field, found, node));
      else models.push(found);
    }
    const { document, isMutation } = known;
    if (unknown.length > 0) return { document, isMutation, schema: assembleSchema([]), errors: unknown };
    const key = models.map(({ version, field }) => `${version.digest} ${field}`).join(' ');
    let prepared = known.prepared.get(key);
    if (!prepared) {
      const schema = this.#schemas.get(key) ?? assembleSchema(models);
      this.#schemas.set(key, schema);
      known.prepared.set(key, (prepared = { document, isMutation, schema, errors: validate(schema, document, this.#rules) }));
    }
    return prepared;
  }

  async #prepareQuery({ document, isMutation, fields }: ReadDocument, caller: Caller | undefined, selection: Selection): Promise<Prepared> {
    const introspects = fields.has('__schema') || fields.has('__type');
    const whole = await this.#whole.find(introspects || fields.has('models') ? selection : EMPTY, caller);
    const count = whole.models.length;
    if (introspects && count > INTROSPECTED_MAX) throw modelsErrors.TOO_MANY_MODELS({ count, countMax: INTROSPECTED_MAX });
    return { document, isMutation, schema: whole.schema, errors: validate(whole.schema, document, this.#rules), whole };
  }

  /** A failure where the caller has no such model. */
  async #find(field: string, caller: Caller | undefined): Promise<ModelTypes | AppError> {
    const ref = modelOfField(field);
    if (ref === undefined) return new AppError('GRAPHQL.INVALID', 'Fields are called owner__model, with _ for each hyphen', { kind: 'invalid' });
    try {
      return await this.store.find(ref, caller);
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('CATALOG.')) return error;
      throw error;
    }
  }
}

function noSuchField(field: string, { code, kind, message, fix, details }: AppError, node: FieldNode): GraphQLError {
  return new GraphQLError(`Cannot query field "${field}" on type "Mutation": ${message}`, { nodes: node, extensions: { code, kind, ...(fix !== undefined && { fix }), ...(details && { details }) } });
}
