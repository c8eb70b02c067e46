import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from '../failure';
import { Waiting } from '../waiting';

/** What a query was answered, or that it is under way or has failed. What is known stays when it fails later. */
export function Answered<Result>({ query: { data, error, refetch }, children }: { query: UseQueryResult<Result>; children: (data: Result) => ReactNode }) {
  if (data === undefined) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  return (
    <>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {children(data)}
    </>
  );
}
