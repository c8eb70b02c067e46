import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function UsagePage() {
  const { usage } = useStrings();
  return <Title order={1}>{usage.title}</Title>;
}
