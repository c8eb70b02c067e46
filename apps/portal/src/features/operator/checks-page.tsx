import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { Answered } from '../../components/operator/answered';
import { OperatorHeader } from '../../components/operator/operator-header';
import { Section } from '../../components/section';
import { InstallationChecksDocument, type InstallationChecksQuery } from '../../generated/documents';
import { useOperatorQuery } from '../../server/use-operator';
import { useStrings } from '../../strings';

type Check = InstallationChecksQuery['installationChecks'][number];

/** Colours that can be read in light and dark. */
const COLOURS = { OK: undefined, WARN: 'gray.8', FAIL: 'red.9' } as const;

/** Whether the installation is fit to be put on the internet. */
export function ChecksPage() {
  const { checks: strings } = useStrings();
  const query = useOperatorQuery(InstallationChecksDocument, {});
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Answered query={query}>{({ installationChecks }) => <Groups checks={installationChecks} />}</Answered>
    </>
  );
}

function Groups({ checks }: { checks: readonly Check[] }) {
  const { checks: strings } = useStrings();
  const groups = [...new Set(checks.map(({ group }) => group))];
  const titles: Readonly<Record<string, string>> = strings.groups;
  return (
    <Stack gap="xl">
      {groups.map((group) => (
        <Section key={group} title={titles[group] ?? group}>
          <Stack gap="xs">
            {checks.filter((check) => check.group === group).map((check) => <CheckCard key={check.id} check={check} />)}
          </Stack>
        </Section>
      ))}
    </Stack>
  );
}

/** What was found is said by the server, in English: the same words as of the command. */
function CheckCard({ check: { level, what, found, why, fix } }: { check: Check }) {
  const { checks: strings } = useStrings();
  return (
    <Paper withBorder p="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Badge variant={level === 'OK' ? 'default' : 'filled'} color={COLOURS[level]} autoContrast={level === 'WARN'} tt="none" miw={80}>
          {strings.levels[level]}
        </Badge>
        <div lang="en">
          <Text size="sm">
            {what}: {found}
          </Text>
          {[why, fix].map((text) => text && <Text key={text} size="xs" c="dimmed">{text}</Text>)}
        </div>
      </Group>
    </Paper>
  );
}
