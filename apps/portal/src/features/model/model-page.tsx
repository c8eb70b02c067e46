import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function ModelPage() {
  const { model } = useStrings();
  return <Title order={1}>{model.title}</Title>;
}
