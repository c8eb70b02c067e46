import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function PublishPage() {
  const { publish } = useStrings();
  return <Title order={1}>{publish.title}</Title>;
}
