import { Button, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from 'react-router';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { PageHeader } from '../../components/page-header';
import { Waiting } from '../../components/waiting';
import { AcceptInvitationDocument, InvitationPreviewDocument, type InvitationPreviewQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { signInAddress, signOut, useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

type Preview = NonNullable<InvitationPreviewQuery['invitation']>;

/** What an invitation's link opens: whose it is, before anybody signs in, and the button that accepts it. */
export function InvitationPage() {
  const { organization: strings } = useStrings();
  const { token = '' } = useParams();
  const { person } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token, person?.id],
    queryFn: ({ signal }) => ask(InvitationPreviewDocument, { token }, signal),
  });

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  if (!data.invitation) return <PageHeader title={strings.unknown} description={strings.unknownText} />;
  return data.invitation.state === 'OPEN' ? <Open invitation={data.invitation} token={token} /> : <Past invitation={data.invitation} />;
}

function Open({ invitation, token }: { invitation: Preview; token: string }) {
  const { organization: strings, shell } = useStrings();
  const { moment } = useFigures();
  const { person, refresh } = useSession();
  const navigate = useNavigate();
  const { mutate, isPending, error } = useSend(AcceptInvitationDocument, {
    done: ({ acceptInvitation: { organization } }) => void refresh().then(() => navigate(`/org/${organization.handle}`)),
  });
  const { organizationName, organizationHandle, role, email, expiresAt, forYou } = invitation;

  return (
    <>
      <PageHeader title={strings.joinTitle(organizationName)} description={strings.joinText(organizationHandle, strings.roles[role])} />
      <Paper withBorder p="lg" maw={560}>
        <Stack>
          <Text>{strings.roleTexts[role]}</Text>
          <Text size="sm" c="dimmed">
            {strings.forAddress(email)} {strings.goodUntilSentence(moment(expiresAt))}
          </Text>
          {error && <Failure error={error} />}
          {!person && (
            <>
              <Text size="sm">{strings.signInAs(email)}</Text>
              <Button component="a" href={signInAddress()} style={{ alignSelf: 'flex-start' }}>
                {shell.signIn}
              </Button>
            </>
          )}
          {person && !forYou && (
            <>
              <Text role="alert">{strings.forAnother(email, person.email)}</Text>
              <Button variant="default" onClick={() => void signOut(false, window.location.pathname)} style={{ alignSelf: 'flex-start' }}>
                {strings.signOutHere}
              </Button>
            </>
          )}
          {person && forYou && (
            <Button loading={isPending} onClick={() => mutate({ token })} style={{ alignSelf: 'flex-start' }}>
              {strings.accept}
            </Button>
          )}
        </Stack>
      </Paper>
    </>
  );
}

function Past({ invitation: { state, organizationName, organizationHandle } }: { invitation: Preview }) {
  const { organization: strings } = useStrings();
  const { memberships } = useSession();
  const member = memberships.some(({ organization }) => organization.handle === organizationHandle);
  const said = { ACCEPTED: strings.used, EXPIRED: strings.expired, REVOKED: strings.revoked, OPEN: strings.used }[state];
  return (
    <>
      <PageHeader title={said.title} description={said.text(organizationName)} />
      {member && (
        <Button component={Link} to={`/org/${organizationHandle}`}>
          {strings.toOrganization}
        </Button>
      )}
    </>
  );
}
