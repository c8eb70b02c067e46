import { Anchor, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { cleanText } from '../../components/clean-text';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { CatalogFacetsDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import classes from '../catalog/catalog.module.css';

/** How many places are held while the answer is on its way. */
const WAITING_CARDS = 6;

/** Every task that has models: what it is good for, how many there are, and the way to them. */
export function TasksPage() {
  const { tasks } = useStrings();
  const { membership } = useSession();
  const facets = useQuery({
    queryKey: ['catalog-facets', membership?.organization.id, {}],
    queryFn: ({ signal }) => ask(CatalogFacetsDocument, { search: undefined }, signal),
  });
  // In the order in which the strings have them, which goes from images to text to the rest.
  const order = Object.keys(tasks.texts);
  const found = facets.data && [...facets.data.modelFacets.tasks].sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
  return (
    <>
      <PageHeader title={tasks.title} description={tasks.description} />
      {facets.error && <Failure error={facets.error} retry={() => void facets.refetch()} />}
      {found?.length === 0 && <EmptyState title={tasks.none} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {found?.map(({ value, count }) => <TaskCard key={value} task={value} count={count} />)}
        {facets.isPending && Array.from({ length: WAITING_CARDS }, (_, place) => <Skeleton key={place} height={130} aria-hidden />)}
      </SimpleGrid>
    </>
  );
}

function TaskCard({ task, count }: { task: string; count: number }) {
  const { tasks } = useStrings();
  const { count: formatCount } = useFigures();
  const { title, line } = tasks.texts[task] ?? { title: cleanText(task), line: '' };
  return (
    <Card withBorder component="article" className={classes.card}>
      <Stack gap="xs" h="100%">
        <Text component="h2" fw={600}>
          <Anchor component={Link} to={`/?task=${encodeURIComponent(task)}`} className={classes.link} inherit>
            <SafeText text={title} />
          </Anchor>
        </Text>
        <Text size="sm">{line}</Text>
        <Group justify="space-between" mt="auto" mih={26}>
          <Text size="sm" c="dimmed">
            {tasks.count(count, formatCount(count))}
          </Text>
          {count > 1 && (
            <Button component={Link} to={`/compare?task=${encodeURIComponent(task)}`} variant="default" size="compact-sm" className={classes.aside} aria-label={tasks.compareThose(title)}>
              {tasks.compare}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
