import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function KeysPage() {
  const { keys } = useStrings();
  return <Title order={1}>{keys.title}</Title>;
}
