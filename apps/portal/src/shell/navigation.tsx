import { NavLink, Stack } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { useSession } from '../server/session';
import { useStrings } from '../strings';

/** What the person may see of the organization that they act for; the catalog is everybody's. */
export function Navigation() {
  const { shell } = useStrings();
  const { membership, can } = useSession();
  const { pathname } = useLocation();
  const home = `/org/${membership?.organization.handle}`;

  const entries = [
    { to: '/', label: shell.catalog, shown: true, active: pathname === '/' || pathname.startsWith('/models/') },
    { to: home, label: membership?.organization.name ?? '', shown: membership !== undefined },
    { to: `${home}/publish`, label: shell.publish, shown: can('models:publish') },
    { to: `${home}/models`, label: shell.models, shown: can('models:read'), below: true },
    { to: `${home}/earnings`, label: shell.earnings, shown: can('usage:read') },
    { to: `${home}/usage`, label: shell.usage, shown: can('usage:read') },
    { to: `${home}/keys`, label: shell.keys, shown: can('keys:manage') },
    { to: `${home}/settings`, label: shell.organization, shown: can('organization:read') },
  ];

  return (
    <nav aria-label={shell.navigation}>
      <Stack gap={2}>
        {entries
          .filter(({ shown }) => shown)
          .map(({ to, label, active, below }) => {
            const current = active ?? (below ? pathname.startsWith(to) : pathname === to);
            return <NavLink key={to} component={Link} to={to} label={label} active={current} {...(current && { 'aria-current': 'page' as const })} />;
          })}
      </Stack>
    </nav>
  );
}
