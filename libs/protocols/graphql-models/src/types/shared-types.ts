import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfigMap,
  type GraphQLNamedType,
} from 'graphql';
import { InputInvalid, LimitReached, PaymentRequired, type PredictResult } from '@steelyard/domain-inference';
import { JsonScalar, NanoScalar } from '@steelyard/platform-graphql';
import { Base64Scalar, LongScalar, TensorScalar } from './scalars.js';

const text = { type: new GraphQLNonNull(GraphQLString) };
const textOrNone = { type: GraphQLString };
const nano = { type: new GraphQLNonNull(NanoScalar) };
const milliseconds = { type: new GraphQLNonNull(GraphQLFloat) };

const UnitQuantityType = new GraphQLObjectType({
  name: 'UnitQuantity',
  description: 'What was used of one unit of the price.',
  fields: {
    unit: text,
    quantity: { ...nano, description: 'In parts of the unit, which are whole: microseconds of a second, bytes of a megabyte, else the unit itself.' },
    amountNano: { ...nano, description: 'What that cost.' },
  },
});

/** What is said of every prediction that ran, whatever its model answers. */
export const factFields: GraphQLFieldConfigMap<PredictResult, unknown> = {
  predictionId: { type: new GraphQLNonNull(GraphQLID) },
  ref: { ...text, description: 'The version that ran: owner/model@version', resolve: ({ version }) => version.label },
  amountNano: { ...nano, description: 'What it cost.' },
  currency: text,
  units: {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(UnitQuantityType))),
    description: 'Each component of the price; their amounts add up to the amount.',
    resolve: ({ lines }) => lines,
  },
  isFree: { type: new GraphQLNonNull(GraphQLBoolean), description: 'Taken from the free units of the model.' },
  replayed: { type: new GraphQLNonNull(GraphQLBoolean), description: 'Answered for an earlier call with the same idempotency key; not charged again.' },
  queueMs: { ...milliseconds, resolve: ({ timings }) => timings.queueMs },
  computeMs: { ...milliseconds, resolve: ({ timings }) => timings.computeMs },
  totalMs: { ...milliseconds, resolve: ({ timings }) => timings.totalMs },
};

export const PredictionFacts = new GraphQLInterfaceType({ name: 'PredictionFacts', description: 'What is said of every prediction that ran.', fields: factFields });

/** The same as of the mutation `predict` of `/graphql`. */
export const PaymentRequiredType = new GraphQLObjectType({
  name: 'PaymentRequired',
  description: 'There is not enough credit for the call; it did not run.',
  fields: { code: text, message: text, fix: textOrNone, requiredNano: nano, availableNano: nano, currency: text },
});

export const LimitReachedType = new GraphQLObjectType({
  name: 'LimitReached',
  description: 'A budget of the organization does not cover the call; it did not run.',
  fields: {
    ...{ code: text, message: text, fix: textOrNone, requiredNano: nano, currency: text },
    availableNano: { ...nano, description: 'What is left of the budget.' },
    budgetId: { type: new GraphQLNonNull(GraphQLID) },
  },
});

const InputProblemType = new GraphQLObjectType({
  name: 'InputProblem',
  fields: { path: { ...text, description: 'Where in the input, as in code: `scores[0].label`; empty for the input itself.' }, message: text },
});

export const InputInvalidType = new GraphQLObjectType({
  name: 'InputInvalid',
  description: 'The input does not fit the model; the call costs nothing.',
  fields: { code: text, message: text, fix: textOrNone, problems: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(InputProblemType))) } },
});

/** The member of a model's result that a refusal is; undefined for an answer. */
export function refusalTypeOf(value: unknown): GraphQLObjectType | undefined {
  if (value instanceof PaymentRequired) return PaymentRequiredType;
  if (value instanceof LimitReached) return LimitReachedType;
  return value instanceof InputInvalid ? InputInvalidType : undefined;
}

const ModelFieldType = new GraphQLObjectType({
  name: 'ModelField',
  fields: { field: { ...text, description: 'Of the type Mutation.' }, ref: { ...text, description: 'The version whose types the field has: owner/model@version' } },
});

export const modelsField = {
  type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(ModelFieldType))),
  description: 'The models that you can call here.',
};

/** All that does not belong to one model. */
export const sharedTypes: readonly GraphQLNamedType[] = [
  Base64Scalar, JsonScalar, LongScalar, NanoScalar, TensorScalar, InputInvalidType, InputProblemType, LimitReachedType, ModelFieldType, PaymentRequiredType, PredictionFacts, UnitQuantityType,
];
