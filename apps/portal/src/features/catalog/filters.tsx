import { NativeSelect, SimpleGrid } from '@mantine/core';
import { cleanText } from '../../components/clean-text';
import { useFigures } from '../../components/figures';
import type { CatalogFacetsQuery } from '../../generated/documents';
import { useStrings } from '../../strings';
import { SORTS, type CatalogSearch } from './use-catalog-search';

type Facets = CatalogFacetsQuery['modelFacets'];

/** What the list can be narrowed by, with how many models that leaves, and its order. */
export function Filters({ wanted, facets }: { wanted: CatalogSearch; facets: Facets | undefined }) {
  const { catalog, tasks } = useStrings();
  const { count: formatCount } = useFigures();
  const filters = [
    { name: 'task', label: catalog.task, values: facets?.tasks },
    { name: 'tag', label: catalog.tag, values: facets?.tags },
    { name: 'license', label: catalog.license, values: facets?.licenses },
  ] as const;

  const named = (name: string, value: string) => (name === 'task' ? tasks.texts[value]?.title : undefined) ?? cleanText(value);
  const options = (name: string, values: Facets['tasks'] = [], chosen: string | undefined) => [
    { value: '', label: catalog.any },
    // What was chosen stays to be seen, even where nothing has it.
    ...(chosen !== undefined && !values.some(({ value }) => value === chosen) ? [{ value: chosen, label: named(name, chosen) }] : []),
    ...values.map(({ value, count }) => ({ value, label: catalog.counted(named(name, value), formatCount(count)) })),
  ];
  const sort = wanted.sort ?? (wanted.search === undefined ? 'NEWEST' : 'RELEVANCE');

  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" role="group" aria-label={catalog.filters}>
      {filters.map(({ name, label, values }) => (
        <NativeSelect
          key={name}
          label={label}
          value={wanted.narrowing[name] ?? ''}
          data={options(name, values, wanted.narrowing[name])}
          onChange={(event) => wanted.choose(name, event.currentTarget.value)}
        />
      ))}
      <NativeSelect
        label={catalog.sort}
        value={sort}
        // Without a search there is nothing to match.
        data={SORTS.filter((value) => value !== 'RELEVANCE' || wanted.search !== undefined || value === sort).map((value) => ({ value, label: catalog.sorts[value] }))}
        onChange={(event) => wanted.choose('sort', event.currentTarget.value)}
      />
    </SimpleGrid>
  );
}
