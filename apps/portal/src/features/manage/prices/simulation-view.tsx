import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Caution } from '../../../components/caution';
import { cleanText } from '../../../components/clean-text';
import { useFigures } from '../../../components/figures';
import { formatMoney } from '../../../components/money';
import { FigureCard } from '../../../components/usage/figure-card';
import type { SimulatePriceQuery } from '../../../generated/documents';
import { useLanguage } from '../../../strings';

type Simulation = SimulatePriceQuery['simulatePrice'];

/** What past calls of a model cost, and what they would have cost; and which of them nobody can say it of. */
export function SimulationView({ simulation, currency }: { simulation: Simulation; currency: string }) {
  const { strings, language } = useLanguage();
  const { prices, catalog } = strings;
  const { count, day } = useFigures();
  const { calls, freeCalls, paid, wouldPayNano, differenceNano, isCallByCall, uncounted, uncountedCalls, uncountedPaid, from, to } = simulation;
  const amounts = (sums: Simulation['paid']) => (sums.length === 0 ? formatMoney(0n, currency, language) : sums.map((sum) => formatMoney(sum.amountNano, sum.currency, language)).join(' + '));
  return (
    <Stack gap="xs" component="section" aria-labelledby="simulation">
      <Title order={3} size="h5" id="simulation">
        {prices.simulation}
      </Title>
      <Text size="sm" c="dimmed">
        {prices.simulationText(day(from), day(to), count(calls))}
      </Text>
      {calls > 0 && (
        <SimpleGrid component="dl" cols={{ base: 1, xs: 3 }} m={0}>
          <FigureCard label={prices.then}>{amounts(paid)}</FigureCard>
          <FigureCard label={prices.wouldBe} note={freeCalls > 0 ? prices.freeCalls(count(freeCalls)) : undefined}>
            {formatMoney(wouldPayNano, currency, language)}
          </FigureCard>
          <FigureCard label={prices.difference}>{differenceNano === null ? prices.otherCurrency : signed(differenceNano, formatMoney(differenceNano, currency, language))}</FigureCard>
        </SimpleGrid>
      )}
      {!isCallByCall && (
        <Text size="sm" c="dimmed">
          {prices.fromSums}
        </Text>
      )}
      {uncountedCalls > 0 && (
        <Caution title={prices.uncounted(count(uncountedCalls), amounts(uncountedPaid))}>
          {uncounted.slice(0, 5).map(({ versionId, ref, unit, calls: of }) => (
            <Text key={`${versionId} ${unit}`} size="sm">
              {prices.uncountedUnit(count(of), cleanText(ref ?? versionId), catalog.units[unit] ?? unit)}
            </Text>
          ))}
        </Caution>
      )}
    </Stack>
  );
}

function signed(nano: string, text: string): string {
  return BigInt(nano) > 0n ? `+${text}` : text;
}
