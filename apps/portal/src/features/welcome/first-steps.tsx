import { Button, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { Link } from 'react-router';
import { useStrings } from '../../strings';
import { Icon } from '../../shell/icons';
import type { Step } from './steps';

/** What to do next: the first step that is not done has the button. */
export function FirstSteps({ steps, hide }: { steps: readonly Step[]; hide: () => void }) {
  const { welcome } = useStrings();
  const next = steps.find(({ done }) => !done);
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="first-steps">
      <Group justify="space-between" mb="md" wrap="nowrap">
        <Title order={2} size="h4" id="first-steps">
          {welcome.firstSteps}
        </Title>
        <Button variant="subtle" size="compact-sm" onClick={hide}>
          {welcome.hide}
        </Button>
      </Group>
      <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {steps.map((step, index) => (
          <Group component="li" key={step.name} wrap="nowrap" align="flex-start">
            <ThemeIcon variant={step.done ? 'filled' : 'default'} radius="xl" size={28} aria-hidden="true">
              {step.done ? <Icon name="done" size={16} /> : <Text size="sm">{index + 1}</Text>}
            </ThemeIcon>
            <Stack gap={4} align="flex-start" style={{ flex: 1 }}>
              <Text fw={600} c={step.done ? 'dimmed' : undefined}>
                {welcome.steps[step.name].title}
                {step.done && <Text span>{` – ${welcome.done}`}</Text>}
              </Text>
              {!step.done && (
                <Text size="sm" c="dimmed">
                  {welcome.steps[step.name].text}
                </Text>
              )}
              {step === next && (
                <Button component={Link} to={step.to} size="sm" mt={4}>
                  {welcome.steps[step.name].verb}
                </Button>
              )}
            </Stack>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
