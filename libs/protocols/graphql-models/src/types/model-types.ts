import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLString, GraphQLUnionType, type GraphQLFieldConfig } from 'graphql';
import type { PredictResult } from '@steelyard/domain-inference';
import type { Manifest } from '@steelyard/model-package';
import { fieldNameOf, typePrefixOf } from '../field-name.js';
import type { CallArguments, Calls } from '../operation/calls.js';
import { inputTypeOf, type Convert } from './input-type.js';
import { TypeNames } from './model-names.js';
import { outputTypeOf } from './output-type.js';
import { shapeOf } from './shape.js';
import { factFields, InputInvalidType, LimitReachedType, PaymentRequiredType, PredictionFacts, refusalTypeOf } from './shared-types.js';

/** A version whose types a model's field has. */
export interface TypedVersion {
  readonly owner: string;
  readonly name: string;
  /** `acme/digits@1.0.0` */
  readonly label: string;
  readonly version: string;
  readonly digest: string;
  readonly manifest: Manifest;
}

/** A model's field with all that is behind it. Made once for a version, and part of every schema that has the model. */
export interface ModelTypes {
  readonly field: string;
  readonly version: TypedVersion;
  readonly config: GraphQLFieldConfig<unknown, Calls, CallArguments>;
  /** Gives the model's input for a field's argument. */
  readonly toModelInput: Convert;
}

const ARGUMENTS = {
  version: { type: GraphQLString, description: 'A version, such as 1.2.0, or a channel; `stable` by default. Its answers must fit the types of this field.' },
  idempotencyKey: { type: GraphQLString, description: 'Sent again with the same key, the same call is charged once.' },
  deadlineMs: { type: GraphQLInt, description: 'How long you wait, in milliseconds.' },
  tag: { type: GraphQLString, description: 'What the call belongs to, for your own records: 1 to 64 printable ASCII characters.' },
};

const same: Convert = (value) => value;

/** Builds the types of a version from its manifest. */
export function buildModelTypes(version: TypedVersion): ModelTypes {
  const { manifest } = version;
  const field = fieldNameOf(version);
  const prefix = typePrefixOf(version);
  const names = new TypeNames();
  const input = inputTypeOf(shapeOf(manifest.input), { name: `${prefix}__Input`, names });
  const outputShape = shapeOf(manifest.output);
  const output = outputTypeOf(outputShape, { name: `${prefix}__Output`, names });
  const success = new GraphQLObjectType<PredictResult>({
    name: names.take(`${prefix}__Success`),
    interfaces: [PredictionFacts],
    fields: { output: { type: outputShape.nullable ? output : new GraphQLNonNull(output as never) }, ...factFields },
  });
  const result = new GraphQLUnionType({
    name: names.take(`${prefix}__Result`),
    types: [success, PaymentRequiredType, LimitReachedType, InputInvalidType],
    resolveType: (value) => (refusalTypeOf(value) ?? success).name,
  });
  const types: ModelTypes = {
    field,
    version,
    toModelInput: input.convert ?? same,
    config: {
      // Null where this call failed: others of the same operation may have been answered, and paid for.
      type: result,
      description: manifest.description || undefined,
      args: { input: { type: new GraphQLNonNull(input.type) }, ...ARGUMENTS },
      resolve: (_source, given, calls, info) => calls.run(types, given, info.path.key as string),
    },
  };
  return types;
}
