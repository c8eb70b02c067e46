import { Button, Group, Menu, useMantineColorScheme } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { signInAddress, signOut, useSession } from '../server/session';
import { LANGUAGES, useLanguage, useStrings, type Language } from '../strings';

/** Who is signed in and for whom they act; language and colours for everybody. */
export function UserMenu() {
  const { shell } = useStrings();
  const { person, memberships, membership } = useSession();
  const navigate = useNavigate();

  if (!person) {
    return (
      <Group gap="xs" wrap="nowrap">
        <Preferences />
        <Button component="a" href={signInAddress()} size="sm">
          {shell.signIn}
        </Button>
      </Group>
    );
  }
  return (
    <Group gap="xs" wrap="nowrap">
      <Preferences />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" size="sm">
            {membership?.organization.handle ?? (person.name || person.email)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{person.email}</Menu.Label>
          {memberships.map(({ organization }) => (
            <Menu.Item key={organization.id} onClick={() => void navigate(`/org/${organization.handle}`)} fw={organization.id === membership?.organization.id ? 700 : 400}>
              {organization.name}
            </Menu.Item>
          ))}
          <Menu.Item component={Link} to="/welcome">
            {shell.newOrganization}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item component={Link} to="/account">
            {shell.account}
          </Menu.Item>
          <Menu.Item onClick={() => void signOut()}>{shell.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function Preferences() {
  const { shell } = useStrings();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = { auto: shell.automatic, light: shell.light, dark: shell.dark } as const;

  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Button variant="subtle" size="sm" px="xs" aria-label={`${shell.language}, ${shell.colours}`}>
          {language === 'en' ? 'EN' : '中'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{shell.language}</Menu.Label>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <Menu.Item key={code} lang={code} onClick={() => choose(code as Language)} fw={code === language ? 700 : 400}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Label>{shell.colours}</Menu.Label>
        {Object.entries(schemes).map(([scheme, name]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme as keyof typeof schemes)} fw={scheme === colorScheme ? 700 : 400}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
