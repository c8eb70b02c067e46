import { execute, GraphQLError, type ExecutionResult } from 'graphql';
import { modelsErrors } from '../errors.js';
import type { Calls } from './calls.js';
import type { Prepared } from './operations.js';

export interface OperationRequest {
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
}

/** So many errors of one answer are told: every item of a list may have one. */
const ERRORS_MAX = 20;

/** Runs a document that was found valid. Its errors have what a caller may see of them as their `originalError`. */
export async function runOperation({ schema, document }: Prepared, calls: Calls | undefined, { variables, operationName }: OperationRequest): Promise<ExecutionResult> {
  const result = await execute({ schema, document, contextValue: calls, variableValues: variables, operationName });
  return result.errors ? { ...result, errors: result.errors.slice(0, ERRORS_MAX).map((error) => explain(error, calls)) } : result;
}

/** What GraphQL itself finds wrong while it runs: a value in an argument, or an answer that is not what the model's schema says. */
function explain(error: GraphQLError, calls: Calls | undefined): GraphQLError {
  const { path, message } = error;
  if (path === undefined) return error;
  if (path.length > 1) return withCause(error, calls?.unexpected(String(path[0]), message));
  // Calls throw no errors of GraphQL's.
  const isArgument = error.originalError === undefined || error.originalError instanceof GraphQLError;
  return isArgument ? withCause(error, modelsErrors.ARGUMENT_INVALID({ problem: message })) : error;
}

function withCause(error: GraphQLError, originalError: Error | undefined): GraphQLError {
  return originalError ? new GraphQLError(originalError.message, { nodes: error.nodes, path: error.path, originalError }) : error;
}
