import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function EarningsPage() {
  const { earnings } = useStrings();
  return <Title order={1}>{earnings.title}</Title>;
}
