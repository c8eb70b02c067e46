import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { DataTable, type Column } from '../../../components/usage/data-table';
import type { TakedownsQuery } from '../../../generated/documents';
import { useReportsStrings } from '../../../strings/reports';

type Erasure = TakedownsQuery['organizationErasures'][number];

/** The organizations that are to be erased, or were; none, and nothing is shown. */
export function ErasureTable({ erasures }: { erasures: readonly Erasure[] }) {
  const strings = useReportsStrings();
  const { moment } = useFigures();
  const { organization, state, due, obstacles } = strings.columns;
  if (erasures.length === 0) return null;
  const columns: readonly Column<Erasure>[] = [
    { head: organization, names: true, cell: ({ handle }) => <SafeText text={handle} /> },
    { head: state, cell: (erasure) => strings.erasureStates[erasure.state] },
    { head: due, cell: ({ dueAt }) => moment(dueAt) },
    { head: obstacles, cell: (erasure) => <span lang="en">{erasure.obstacles.join('; ') || '–'}</span> },
  ];
  return (
    <Section title={strings.erasures} text={strings.erasuresText}>
      <DataTable label={strings.erasures} minWidth={640} columns={columns} rows={erasures} keyOf={({ handle }) => handle} />
    </Section>
  );
}
