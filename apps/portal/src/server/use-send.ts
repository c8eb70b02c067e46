import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { TypedDocumentString } from '../generated/documents';
import { ask } from './ask';

interface Sending<Result> {
  /** Keys of the queries whose answers this changes; they are asked again. */
  readonly changes?: readonly (readonly unknown[])[];
  /** After those were told; not when it failed. */
  readonly done?: (result: Result) => void;
}

/** A mutation to send with `mutate`; `error` says why it failed, until it is sent again. */
export function useSend<Result, Variables>(document: TypedDocumentString<Result, Variables>, { changes = [], done }: Sending<Result> = {}): UseMutationResult<Result, Error, Variables> {
  const queries = useQueryClient();
  // `ask` lets variables be left out where there are none; here they are always given.
  const send = ask as (document: TypedDocumentString<Result, Variables>, variables: Variables) => Promise<Result>;
  return useMutation({
    mutationFn: (variables: Variables) => send(document, variables),
    onSuccess: async (result) => {
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      done?.(result);
    },
  });
}
