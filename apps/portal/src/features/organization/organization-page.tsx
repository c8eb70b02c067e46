import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { Failure } from '../../components/failure';
import { NotFound } from '../../components/not-found';
import { PageHeader } from '../../components/page-header';
import { Waiting } from '../../components/waiting';
import { OrganizationSettingsDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { Invitations } from './invitations';
import { Leave } from './leave';
import { Members } from './members';
import { Rename } from './rename';
import { Signing } from './signing/signing';

/** Name, members and invitations. What the person may not do is not offered. */
export function OrganizationPage() {
  const { organization: strings } = useStrings();
  const { organization: handle = '' } = useParams();
  const { membership, can } = useSession();
  const manage = can('organization:manage');
  const { data, error, refetch } = useQuery({
    queryKey: ['organization', handle],
    queryFn: ({ signal }) => ask(OrganizationSettingsDocument, { handle, manage }, signal),
  });

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  if (!data.organization) return <NotFound />;
  const { name, members, invitations } = data.organization;
  const managing = { manage, role: membership?.role };
  return (
    <>
      <PageHeader title={strings.title} description={manage ? strings.text : strings.textForOthers} />
      <Stack gap="xl">
        {manage && <Rename key={name} name={name} handle={handle} />}
        <Members members={members} managing={managing} handle={handle} />
        {invitations && <Invitations invitations={invitations} managing={managing} handle={handle} />}
        {can('models:publish') && <Signing manage={manage} handle={handle} />}
        <Leave members={members} name={name} />
      </Stack>
    </>
  );
}
