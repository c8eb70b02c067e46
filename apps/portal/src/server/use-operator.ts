import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { TypedDocumentString } from '../generated/documents';
import type { Operator } from './operator';

const ASKED = 'operator';

export const OperatorContext = createContext<Operator>(undefined as never);

/** Only below OperatorArea. */
export function useOperator(): Operator {
  return useContext(OperatorContext);
}

interface Asking<Result> {
  /** Nothing is asked while it is false. */
  readonly enabled?: boolean;
  /** How long until it is asked again, by what was answered; false for never. */
  readonly againInMs?: (data: Result | undefined) => number | false;
}

/** What the operator is told, asked anew after everything that the operator does. */
export function useOperatorQuery<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, { enabled = true, againInMs }: Asking<Result> = {}): UseQueryResult<Result> {
  const operator = useOperator();
  return useQuery({
    queryKey: [ASKED, document.toString(), variables],
    queryFn: () => operator.ask(document, variables),
    enabled,
    refetchInterval: (query) => againInMs?.(query.state.data) ?? false,
  });
}

/** A mutation to send with `mutate`. */
export function useOperatorSend<Result, Variables>(document: TypedDocumentString<Result, Variables>, done?: (result: Result) => void): UseMutationResult<Result, Error, Variables> {
  const operator = useOperator();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (variables: Variables) => operator.ask(document, variables),
    onSuccess: async (result) => {
      await queries.invalidateQueries({ queryKey: [ASKED] });
      done?.(result);
    },
  });
}

/** Forgets what the operator was told, when the key is forgotten. */
export function useForgetAnswers(): () => void {
  const queries = useQueryClient();
  return () => queries.removeQueries({ queryKey: [ASKED] });
}
