import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function HomePage() {
  const { welcome } = useStrings();
  return <Title order={1}>{welcome.title}</Title>;
}
