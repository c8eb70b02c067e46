import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { SetPriceDocument, SimulatePriceDocument, type SetPriceInput } from '../../../generated/documents';
import { ask } from '../../../server/ask';

const PAUSE_MS = 400;

/** What setting a price would do, asked after a pause in typing: when it would count, and what the last 30 days would have brought. Nothing is changed. */
export function usePricePreview(modelRef: string, given: SetPriceInput) {
  const [input] = useDebouncedValue(given, PAUSE_MS);
  const plan = useQuery({
    queryKey: ['price-plan', modelRef, input],
    queryFn: ({ signal }) => ask(SetPriceDocument, { input: { ...input, dryRun: true } }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { components, currency, free, version } = input;
  const model = version == null ? modelRef : `${modelRef}@${version}`;
  const simulation = useQuery({
    queryKey: ['price-simulation', model, components, currency, free],
    queryFn: ({ signal }) => ask(SimulatePriceDocument, { input: { side: 'PROVIDER', model, components, currency, free } }, signal),
    placeholderData: keepPreviousData,
    // The plan says what is wrong with terms, at their fields.
    enabled: plan.isSuccess && !plan.isPlaceholderData,
    retry: false,
  });
  return { plan, simulation, isSettled: input === given || JSON.stringify(input) === JSON.stringify(given) };
}
