import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function AccountPage() {
  const { account } = useStrings();
  return <Title order={1}>{account.title}</Title>;
}
