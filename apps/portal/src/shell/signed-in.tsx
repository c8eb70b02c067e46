import { Button } from '@mantine/core';
import { Link, Outlet, useParams } from 'react-router';
import { EmptyState } from '../components/empty-state';
import { NotFound } from '../components/not-found';
import { signInAddress, useSession } from '../server/session';
import { useStrings } from '../strings';

/** Shows the page below to people who are signed in; with `member`, to those who belong to the organization of the address. */
export function SignedIn({ member = false }: { member?: boolean }) {
  const { shell } = useStrings();
  const { person, memberships, membership } = useSession();
  const { organization } = useParams();

  if (!person) {
    return (
      <EmptyState whole title={shell.signInFirst}>
        <Button component="a" href={signInAddress()}>
          {shell.signIn}
        </Button>
      </EmptyState>
    );
  }
  if (!member) return <Outlet />;
  if (memberships.length === 0) {
    return (
      <EmptyState whole title={shell.noOrganization}>
        <Button component={Link} to="/welcome">
          {shell.newOrganization}
        </Button>
      </EmptyState>
    );
  }
  // Another organization's page starts from nothing: nothing of the one before stays on the screen.
  return membership?.organization.handle === organization ? <Outlet key={organization} /> : <NotFound />;
}
