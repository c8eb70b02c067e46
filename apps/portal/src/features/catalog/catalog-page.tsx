import { Button, Checkbox, Group, SimpleGrid, Stack, Text, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { PageHeader } from '../../components/page-header';
import { CatalogDocument, CatalogFacetsDocument, type CatalogFacetsQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { COMPARED_MAX, comparisonOf } from '../compare/compared-refs';
import { EmptyCatalog, NothingFound } from './empty-catalog';
import { Filters } from './filters';
import classes from './catalog.module.css';
import { ModelCard, ModelCardWaiting } from './model-card';
import { SearchBox } from './search-box';
import { useCatalogSearch, type CatalogSearch } from './use-catalog-search';

/** How many places are held while the first answer is on its way. */
const WAITING_CARDS = 6;

/** The shop window: every public model, those of the organization acted for, and those shared with it. */
export function CatalogPage() {
  const { catalog, compare } = useStrings();
  const { count } = useFigures();
  const { membership } = useSession();
  const wanted = useCatalogSearch();
  const { models, facets } = useCatalog(wanted);
  const nodes = models.data?.pages.flatMap((page) => page.models.nodes);
  const total = facets.data?.modelFacets.total;

  return (
    <>
      <PageHeader title={catalog.title} description={catalog.description} />
      <Stack gap="md">
        <SearchBox typed={wanted.typed} onType={wanted.type} />
        <Filters wanted={wanted} facets={facets.data?.modelFacets} />
        <Group justify="space-between" mih={30}>
          <Text size="sm" c="dimmed" role="status" aria-live="polite">
            {total !== undefined && catalog.found(total, count(total))}
          </Text>
          <Group gap="xs">
            {membership && <Checkbox size="xs" label={catalog.onlyShared} checked={wanted.shared === true} onChange={({ currentTarget }) => wanted.choose('shared', currentTarget.checked ? 'yes' : undefined)} />}
            {wanted.narrowing.task !== undefined && nodes && nodes.length > 1 && (
              <Button component={Link} to={comparisonOf(nodes.slice(0, COMPARED_MAX).map(({ ref }) => ref))} variant="default" size="compact-sm">
                {compare.those}
              </Button>
            )}
            {(wanted.asks || wanted.sort) && (
              <Button variant="subtle" size="compact-sm" onClick={wanted.clear}>
                {catalog.clear}
              </Button>
            )}
          </Group>
        </Group>
        {models.error && <Failure error={models.error} retry={() => void models.refetch()} />}
        {!nodes && !models.error && (
          <Grid>
            {Array.from({ length: WAITING_CARDS }, (_, place) => (
              <ModelCardWaiting key={place} />
            ))}
          </Grid>
        )}
        {nodes && nodes.length > 0 && (
          <section aria-labelledby="catalog-results" aria-busy={models.isPlaceholderData} className={models.isPlaceholderData ? classes.stale : undefined}>
            <VisuallyHidden>
              <h2 id="catalog-results">{catalog.results}</h2>
            </VisuallyHidden>
            <Grid>
              {nodes.map((model) => (
                <ModelCard key={model.id} model={model} />
              ))}
            </Grid>
          </section>
        )}
        {nodes?.length === 0 && (wanted.asks ? <NothingFound onClear={wanted.clear} /> : <EmptyCatalog />)}
        {models.hasNextPage && (
          <Button variant="default" loading={models.isFetchingNextPage} onClick={() => void models.fetchNextPage()} mx="auto">
            {catalog.more}
          </Button>
        )}
      </Stack>
    </>
  );
}

function Grid({ children }: { children: ReactNode }) {
  return <SimpleGrid cols={{ base: 1, md: 2 }}>{children}</SimpleGrid>;
}

/** What is seen depends on whom one acts for; the answer before stays until the next is there. */
function useCatalog({ search, narrowing, shared, sort }: CatalogSearch) {
  const { membership } = useSession();
  const asked = { search, ...narrowing, shared };
  const viewer = membership?.organization.id;
  const models = useInfiniteQuery({
    queryKey: ['catalog', viewer, asked, sort],
    queryFn: ({ pageParam, signal }) => ask(CatalogDocument, { ...asked, sort, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ models: { pageInfo } }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined),
    placeholderData: keepPreviousData,
  });
  const facets = useQuery<CatalogFacetsQuery>({
    queryKey: ['catalog-facets', viewer, asked],
    queryFn: ({ signal }) => ask(CatalogFacetsDocument, asked, signal),
    placeholderData: keepPreviousData,
  });
  return { models, facets };
}
