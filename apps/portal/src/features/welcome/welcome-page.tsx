import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function WelcomePage() {
  const { welcome } = useStrings();
  return <Title order={1}>{welcome.title}</Title>;
}
