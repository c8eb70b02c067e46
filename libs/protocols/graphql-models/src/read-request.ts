import type { BareRequest } from '@steelyard/platform-http';
import { graphqlErrors } from '@steelyard/platform-graphql';
import { parseJson } from '@steelyard/wire';
import { modelsErrors } from './errors.js';
import type { OperationRequest } from './operation/run-operation.js';
import type { Selection } from './schema/model-types-store.js';

export interface GraphqlRequest extends OperationRequest {
  readonly query: string;
}

const JSON_TYPE = /^application\/json *(;|$)/i;
const RESPONSE_TYPE = 'application/graphql-response+json';
const MODELS_MAX = 1_000;

/** A browser sends anything but JSON across sites without asking. @throws GRAPHQL.CONTENT_TYPE_REFUSED */
export function checkContentType(contentType: string | undefined): void {
  if (contentType === undefined || !JSON_TYPE.test(contentType)) throw graphqlErrors.CONTENT_TYPE_REFUSED({ contentType: contentType ?? '' });
}

/** The body of a GraphQL request over HTTP. @throws GRAPHQL_MODELS.BODY_MALFORMED */
export function readRequest(body: Buffer): GraphqlRequest {
  const sent = parse(body);
  if (!isObject(sent)) throw malformed('it is no object');
  const { query, variables, operationName, extensions } = sent;
  if (typeof query !== 'string') throw malformed('query must be text');
  if (isGiven(variables) && !isObject(variables)) throw malformed('variables must be an object');
  if (isGiven(extensions) && !isObject(extensions)) throw malformed('extensions must be an object');
  if (isGiven(operationName) && typeof operationName !== 'string') throw malformed('operationName must be text');
  return { query, variables: (variables as Record<string, unknown> | null | undefined) ?? undefined, operationName: (operationName as string | null | undefined) ?? undefined };
}

function parse(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const malformed = (reason: string) => modelsErrors.BODY_MALFORMED({ reason });

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Of what type the answer is: the one for GraphQL where it is asked for. */
export function answerType({ headers }: Pick<BareRequest, 'headers'>): string {
  return headers.accept?.includes(RESPONSE_TYPE) ? `${RESPONSE_TYPE}; charset=utf-8` : 'application/json; charset=utf-8';
}

/** Which models `?models=acme/digits,acme/objects` or `?owner=acme` selects. @throws GRAPHQL_MODELS.SELECTION_INVALID */
export function readSelection(url: string): Selection {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const query = new URLSearchParams(url.slice(start + 1));
  const [models, owner] = [query.get('models'), query.get('owner')];
  if (models === null) return owner === null ? {} : { owner };
  if (owner !== null) throw modelsErrors.SELECTION_INVALID({ parameter: 'owner', problem: 'is not for use with models' });
  const refs = [...new Set(models.split(',').filter((ref) => ref !== ''))];
  if (refs.length > MODELS_MAX) throw modelsErrors.SELECTION_INVALID({ parameter: 'models', problem: `names ${refs.length} models; at most ${MODELS_MAX} are allowed` });
  const wrong = refs.find((ref) => !/^[^/@:]+\/[^/@:]+$/.test(ref));
  if (wrong !== undefined) throw modelsErrors.SELECTION_INVALID({ parameter: 'models', problem: `has "${wrong.slice(0, 200)}", which is no owner/model` });
  return { models: refs };
}
