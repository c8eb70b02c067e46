import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CheckManifestDocument, type CheckManifestQuery } from '../../../generated/documents';
import { ask } from '../../../server/ask';

export type ManifestProblem = CheckManifestQuery['checkManifest']['problems'][number];

const TYPING_MS = 300;
const NOTHING: readonly ManifestProblem[] = [];

export interface ManifestChecked {
  readonly problems: readonly ManifestProblem[];
  /** As JSON, of the text as it stands; null with problems, or while it is being checked. */
  readonly manifest: unknown;
  readonly checking: boolean;
  readonly error: unknown;
  readonly again: () => void;
}

/** What the server says of a model.yaml, soon after it was changed. */
export function useManifestCheck(text: string | undefined): ManifestChecked {
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ['manifest-check', settled],
    queryFn: ({ signal }) => ask(CheckManifestDocument, { text: settled! }, signal),
    enabled: settled !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const checking = text !== settled || isFetching || isPlaceholderData;
  return {
    problems: data?.checkManifest.problems ?? NOTHING,
    manifest: checking ? null : (data?.checkManifest.manifest ?? null),
    checking,
    error: isFetching ? undefined : error,
    again: () => void refetch(),
  };
}
