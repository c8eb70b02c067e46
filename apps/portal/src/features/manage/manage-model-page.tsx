import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function ManageModelPage() {
  const { manage } = useStrings();
  return <Title order={1}>{manage.title}</Title>;
}
