import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { EstimateDocument } from '../../../../generated/documents';
import { ask } from '../../../../server/ask';
import { useSession } from '../../../../server/session';
import type { Draft } from '../draft';

const PAUSE_MS = 500;
/** A larger input is not sent again with each change of it: it says what it costs when it is run. */
const INPUT_LENGTH_MAX = 1_000_000;

/**
 * What a call with the input would cost, asked after a pause in typing; nothing for an input that is not complete or does not fit.
 * @param predictionId of the latest call: after each, less is left
 */
export function useEstimate(ref: string, { input, ready, revision }: Draft, predictionId: string | undefined) {
  const { membership, can } = useSession();
  const [settled] = useDebouncedValue(input, PAUSE_MS);
  const text = ready ? JSON.stringify(settled) : '';
  const enabled = ready && membership !== undefined && can('predict') && text.length <= INPUT_LENGTH_MAX;
  const { data } = useQuery({
    queryKey: ['estimate', membership?.organization.id, ref, revision, text, predictionId],
    queryFn: ({ signal }) => ask(EstimateDocument, { input: { ref, input: settled } }, signal),
    placeholderData: keepPreviousData,
    enabled,
    // What is left changes with every call, of whoever.
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return enabled && data?.estimate.__typename === 'Estimate' ? data.estimate : undefined;
}
