import { Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useStrings } from '../../strings';
import { between, DAY_MS, DAYS_MAX, dayOf, lately, type Period, type PeriodChoice } from './period';

/** The last day, week, month or year, or any days. */
export function PeriodChooser({ period, choose }: { period: Period; choose: (period: Period) => void }) {
  const { usage } = useStrings();
  const [custom, setCustom] = useState(false);
  const [days, setDays] = useState({ first: dayOf(period.from), last: dayOf(new Date()) });
  const valid = between(days.first, days.last) !== undefined;

  const chooseKind = (choice: string) => {
    setCustom(choice === 'custom');
    if (choice !== 'custom') return choose(lately(choice as Exclude<PeriodChoice, 'custom'>));
    const last = new Date(period.to ? period.to.getTime() - DAY_MS : Date.now());
    chooseDays({ first: dayOf(period.from), last: dayOf(last) });
  };
  const chooseDays = (next: typeof days) => {
    setDays(next);
    const chosen = between(next.first, next.last);
    if (chosen) choose(chosen);
  };

  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={usage.period}
        value={custom ? 'custom' : period.choice}
        onChange={chooseKind}
        data={[
          { value: 'day', label: usage.lastDay },
          { value: 'week', label: usage.lastWeek },
          { value: 'month', label: usage.lastMonth },
          { value: 'year', label: usage.lastYear },
          { value: 'custom', label: usage.custom },
        ]}
      />
      {custom && (
        <Group gap="sm" align="flex-end">
          <TextInput type="date" label={usage.firstDay} value={days.first} max={days.last} onChange={(event) => chooseDays({ ...days, first: event.currentTarget.value })} />
          <TextInput type="date" label={usage.lastDayOfPeriod} value={days.last} min={days.first} max={dayOf(new Date())} onChange={(event) => chooseDays({ ...days, last: event.currentTarget.value })} />
          {!valid && (
            <Text size="sm" role="alert">
              {usage.periodInvalid(DAYS_MAX)}
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}
