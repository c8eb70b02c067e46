import { Anchor, Button, Group, Paper, SegmentedControl, Stack, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link } from 'react-router';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { useSession } from '../../server/session';
import { LANGUAGES, useLanguage, useStrings, type Language } from '../../strings';
import { LeavePlatform } from './leave-platform';
import { Sessions } from './sessions';

/** Who is signed in, where, what they belong to, and how this browser shows it. */
export function AccountPage() {
  const { account, shell, organization: organizationStrings } = useStrings();
  const { person, memberships } = useSession();
  return (
    <>
      <PageHeader title={account.title} description={account.text} />
      <Stack gap="xl">
        <Section title={account.you}>
          <Text fw={600}>
            <SafeText text={person?.name || person?.email || ''} />
          </Text>
          <Text c="dimmed">
            <SafeText text={person?.email ?? ''} />
          </Text>
        </Section>
        <Section
          title={account.organizations}
          action={
            <Button component={Link} to="/welcome" variant="default">
              {shell.newOrganization}
            </Button>
          }
        >
          {memberships.length === 0 && <Text c="dimmed">{account.noOrganizations}</Text>}
          <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
            {memberships.map(({ organization, role }) => (
              <Paper key={organization.id} withBorder p="md" component="li">
                <Group justify="space-between" gap="xs">
                  <Anchor component={Link} to={`/org/${organization.handle}`} fw={600}>
                    <SafeText text={organization.name} lines={2} />
                  </Anchor>
                  <Text size="sm" c="dimmed">
                    {organizationStrings.roles[role]}
                  </Text>
                </Group>
              </Paper>
            ))}
          </Stack>
        </Section>
        <Sessions />
        <Appearance />
        <LeavePlatform />
      </Stack>
    </>
  );
}

function Appearance() {
  const { account, shell } = useStrings();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes: { value: MantineColorScheme; label: string }[] = [
    { value: 'auto', label: shell.automatic },
    { value: 'light', label: shell.light },
    { value: 'dark', label: shell.dark },
  ];
  return (
    <Section title={account.appearance} text={account.appearanceText}>
      <Stack gap="sm" align="flex-start">
        <SegmentedControl
          aria-label={shell.language}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={language}
          onChange={(value) => choose(value as Language)}
        />
        <SegmentedControl aria-label={shell.colours} data={schemes} value={colorScheme} onChange={(value) => setColorScheme(value)} />
      </Stack>
    </Section>
  );
}
