import { SegmentedControl } from '@mantine/core';
import { useStrings } from '../../strings';

/** By what calls are told apart. */
export function GroupChooser<Group extends string>({ value, choose, groups }: { value: Group; choose: (group: Group) => void; groups: readonly (readonly [Group, string])[] }) {
  const { usage } = useStrings();
  return <SegmentedControl aria-label={usage.groupBy} value={value} onChange={choose} data={groups.map(([group, label]) => ({ value: group, label }))} />;
}
