import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function OrganizationPage() {
  const { organization } = useStrings();
  return <Title order={1}>{organization.title}</Title>;
}
