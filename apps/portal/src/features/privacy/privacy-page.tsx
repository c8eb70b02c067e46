import { Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { FormError } from '../../components/form-error';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { WideTable } from '../../components/usage/wide-table';
import { Waiting } from '../../components/waiting';
import { ClearPrivacyPolicyDocument, PrivacyPoliciesDocument, type PersonalDataKind, type PolicyFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { retentionText, subjectOf } from './policy-text';
import { SetPolicy } from './set-policy';
import { YourData } from './your-data';

/** What models may see of personal data, and how long calls are kept. */
export function PrivacyPage() {
  const { privacy: strings } = useStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const { data, error, refetch } = useQuery({ queryKey: ['privacy', organization], queryFn: ({ signal }) => ask(PrivacyPoliciesDocument, undefined, signal) });
  const [setting, setSetting] = useState<PolicyFieldsFragment | 'new'>();
  const clearing = useSend(ClearPrivacyPolicyDocument, { changes: [['privacy', organization]] });
  const manages = can('privacy:manage');
  const policies = data?.privacyPolicies ?? [];
  const add = manages && <Button onClick={() => setSetting('new')}>{strings.set}</Button>;
  return (
    <>
      <PageHeader title={strings.title} description={strings.text} actions={policies.length > 0 && add} />
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
      {data && policies.length === 0 && (
        <EmptyState title={strings.none} text={strings.noneText}>
          {add}
        </EmptyState>
      )}
      {policies.length > 0 && (
        <WideTable label={strings.title} minWidth={680}>
          <Table.Thead>
            <Table.Tr>
              {[strings.calls, strings.masked, strings.refused, strings.kept].map((name) => (
                <Table.Th key={name} scope="col">
                  {name}
                </Table.Th>
              ))}
              {manages && <Table.Th scope="col">{strings.actions}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {policies.map((policy) => (
              <Table.Tr key={`${policy.scope} ${policy.key?.id ?? policy.model?.id ?? ''}`}>
                <Table.Td>
                  <Calls policy={policy} />
                </Table.Td>
                <Table.Td>
                  <Kinds kinds={policy.mask} />
                </Table.Td>
                <Table.Td>
                  <Kinds kinds={policy.block} />
                </Table.Td>
                <Table.Td>{retentionText(policy.retentionHours, strings)}</Table.Td>
                {manages && (
                  <Table.Td>
                    <Group gap="xs">
                      <Button size="compact-sm" variant="default" onClick={() => setSetting(policy)}>
                        {strings.change}
                      </Button>
                      <Button size="compact-sm" variant="default" loading={clearing.isPending} onClick={() => clearing.mutate({ input: subjectOf(policy) })}>
                        {strings.clear}
                      </Button>
                    </Group>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      <FormError error={clearing.error} />
      <Text size="sm" c="dimmed" mt="md">
        {strings.limits}
      </Text>
      <YourData />
      {setting && <SetPolicy policy={setting === 'new' ? undefined : setting} close={() => setSetting(undefined)} />}
    </>
  );
}

function Calls({ policy: { scope, key, model } }: { policy: PolicyFieldsFragment }) {
  const { privacy } = useStrings();
  const name = key ? (key.name ?? key.id) : model ? (model.ref ?? model.id) : undefined;
  return (
    <>
      {privacy.scopes[scope]} {name !== undefined && <SafeText text={name} />}
    </>
  );
}

function Kinds({ kinds }: { kinds: readonly PersonalDataKind[] }) {
  const { privacy } = useStrings();
  return <>{kinds.map((kind) => privacy.kinds[kind]).join(', ') || '–'}</>;
}
