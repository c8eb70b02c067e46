import { Title } from '@mantine/core';
import { useStrings } from '../../strings';

export function CatalogPage() {
  const { catalog } = useStrings();
  return <Title order={1}>{catalog.title}</Title>;
}
