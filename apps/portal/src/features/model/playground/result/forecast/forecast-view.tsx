import { Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { WideTable } from '../../../../../components/usage/wide-table';
import { Waiting } from '../../../../../components/waiting';
import { useLanguage } from '../../../../../strings';
import { ITEMS_SHOWN } from '../read';
import classes from '../../playground.module.css';
import { chartOf, type Forecast } from './forecast';

/** The charting library is a large part of all script: only who looks at a chart loads it. */
const ForecastChart = lazy(() => import('./forecast-chart'));

/** What comes next, after what was: as a chart, and step by step as a table. */
export function ForecastView({ forecast, history }: { forecast: Forecast; history: readonly number[] }) {
  const { strings, language } = useLanguage();
  const { result } = strings;
  const format = useMemo(() => new Intl.NumberFormat(language, { maximumSignificantDigits: 5 }), [language]);
  const value = (number: number) => format.format(number);
  const { forecast: steps, band } = forecast;
  return (
    <Stack gap="sm">
      <Text fw={600}>{result.steps(steps.length, format.format(steps.length))}</Text>
      <Suspense fallback={<Waiting />}>
        <ForecastChart points={chartOf(history, forecast)} label={result.forecastChart} value={value} />
      </Suspense>
      <div className={classes.scroll}>
        <WideTable label={result.forecastTable} minWidth={260}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{result.stepName}</Table.Th>
              <Table.Th>{result.forecast}</Table.Th>
              {band && <Table.Th>{result.band}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {steps.slice(0, ITEMS_SHOWN).map((step, at) => (
              <Table.Tr key={at}>
                <Table.Td>{value(at + 1)}</Table.Td>
                <Table.Td>{value(step)}</Table.Td>
                {band && (
                  <Table.Td>
                    {value(band.lower[at]!)} – {value(band.upper[at]!)}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      </div>
      {steps.length > ITEMS_SHOWN && (
        <Text size="sm" c="dimmed">
          {result.more(format.format(steps.length - ITEMS_SHOWN))}
        </Text>
      )}
    </Stack>
  );
}
