import { Progress, SimpleGrid, Text } from '@mantine/core';
import { FigureCard } from '../../components/usage/figure-card';
import { useFigures } from '../../components/figures';
import { useStrings } from '../../strings';
import type { Engine } from './use-engine';

const MEBIBYTE = 1024 * 1024;

/** How full each device is: measured, and set aside for what is being loaded. */
export function DeviceCards({ devices }: { devices: Engine['devices'] }) {
  const { operator: strings } = useStrings();
  const { count } = useFigures();
  return (
    <SimpleGrid component="dl" cols={{ base: 1, sm: 2, lg: 3 }} m={0}>
      {devices.map(({ name, budgetBytes, usedBytes, reservedBytes, cores }) => (
        <FigureCard key={name} label={name} note={cores === null ? strings.estimated : strings.cores(count(cores))}>
          {budgetBytes === null ? strings.mebibytes(count(usedBytes / MEBIBYTE)) : strings.memoryOf(count(usedBytes / MEBIBYTE), count(budgetBytes / MEBIBYTE))}
          {budgetBytes !== null && (
            <Progress.Root mt="xs" size="lg" aria-hidden="true">
              <Progress.Section value={(100 * usedBytes) / budgetBytes} />
              <Progress.Section value={(100 * reservedBytes) / budgetBytes} color="gray" striped />
            </Progress.Root>
          )}
          {reservedBytes > 0 && (
            <Text size="xs" c="dimmed" mt={4}>
              {strings.reserved(count(reservedBytes / MEBIBYTE))}
            </Text>
          )}
        </FigureCard>
      ))}
    </SimpleGrid>
  );
}
