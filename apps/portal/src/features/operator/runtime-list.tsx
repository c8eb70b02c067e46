import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure } from '../../components/failure';
import { SafeText } from '../../components/safe-text';
import { WideTable } from '../../components/usage/wide-table';
import { Waiting } from '../../components/waiting';
import { EngineDevicesDocument } from '../../generated/documents';
import type { Operator } from '../../server/operator';
import { useStrings } from '../../strings';

/** What was found for each runtime; asked once, as the server starts a process for each. */
export function RuntimeList({ operator }: { operator: Operator }) {
  const { operator: strings } = useStrings();
  const { data, error, refetch } = useQuery({ queryKey: ['engine-devices'], queryFn: () => operator.ask(EngineDevicesDocument, {}), staleTime: Infinity });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <WideTable label={strings.runtimes} minWidth={480}>
      <Table.Tbody>
        {data.engineDevices.map(({ runtime, version, usable, unusable, problem }) => (
          <Table.Tr key={runtime}>
            <Table.Th scope="row">
              <SafeText text={`${runtime} ${version}`} />
            </Table.Th>
            <Table.Td>{usable.join(', ') || '–'}</Table.Td>
            <Table.Td>
              <Stack gap={0}>
                {[...unusable.map(({ device, reason }) => `${device}: ${reason}`), ...(problem ? [problem] : [])].map((line) => (
                  <Text key={line} size="sm" c="dimmed">
                    <SafeText text={line} />
                  </Text>
                ))}
              </Stack>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
