import { Button, Group, Menu } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { SafeText } from '../components/safe-text';
import { signInAddress, signOut, useSession } from '../server/session';
import { useStrings } from '../strings';
import { Icon } from './icons';
import { Preferences } from './preferences';
import classes from './user-menu.module.css';

/** Who is signed in and for whom they act; language and colours for everybody. */
export function UserMenu() {
  const { shell } = useStrings();
  const { person } = useSession();
  return (
    <Group gap={4} wrap="nowrap">
      <Preferences />
      {person ? (
        <PersonMenu email={person.email} name={person.name} />
      ) : (
        <Button component="a" href={signInAddress()} size="sm">
          {shell.signIn}
        </Button>
      )}
    </Group>
  );
}

function PersonMenu({ email, name }: { email: string; name: string }) {
  const { shell } = useStrings();
  const { memberships, membership } = useSession();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="default" size="sm" className={classes.person} rightSection={<Icon name="chevron" size={16} />}>
          <SafeText text={membership?.organization.name ?? (name || email)} lines={1} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <SafeText text={email} lines={1} />
        </Menu.Label>
        {memberships.map(({ organization }) => {
          const current = organization.id === membership?.organization.id;
          return (
            <Menu.Item
              key={organization.id}
              onClick={() => void navigate(`/org/${organization.handle}`)}
              rightSection={current && <Icon name="done" size={16} />}
              {...(current && { 'aria-current': 'true' as const })}
            >
              <SafeText text={organization.name} lines={1} />
            </Menu.Item>
          );
        })}
        <Menu.Item component={Link} to="/welcome">
          {shell.newOrganization}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account">
          {shell.account}
        </Menu.Item>
        <Menu.Item component={Link} to="/operator">
          {shell.operateInstallation}
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
