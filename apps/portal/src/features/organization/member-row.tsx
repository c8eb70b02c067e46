import { Badge, Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { cleanText } from '../../components/clean-text';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import type { MemberFieldsFragment, Role } from '../../generated/documents';
import { useStrings } from '../../strings';

interface MemberRowProps {
  readonly member: MemberFieldsFragment;
  /** Those that may be given; none when the role is not to be changed. */
  readonly roles: readonly Role[];
  readonly lastOwner: boolean;
  readonly changeRole: (role: Role) => void;
  readonly remove?: () => void;
}

export function MemberRow({ member, roles, lastOwner, changeRole, remove }: MemberRowProps) {
  const { organization: strings } = useStrings();
  const { day } = useFigures();
  const shown = cleanText(member.name || member.email);
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: '1 1 240px' }}>
          <Group gap="xs">
            <Text fw={600}>
              <SafeText text={member.name || member.email} lines={2} />
            </Text>
            {member.you && <Badge variant="light">{strings.you}</Badge>}
            {!member.joined && (
              <Badge variant="default" title={strings.notJoinedText}>
                {strings.notJoined}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {member.name !== '' && (
              <>
                <SafeText text={member.email} /> ·{' '}
              </>
            )}
            {strings.since(day(member.createdAt))}
          </Text>
          {lastOwner && (
            <Text size="sm" c="dimmed">
              {strings.lastOwnerText}
            </Text>
          )}
        </Stack>
        <Group gap="xs">
          {roles.length > 0 ? (
            <Select
              aria-label={strings.roleOf(shown)}
              data={roles.map((role) => ({ value: role, label: strings.roles[role] }))}
              value={member.role}
              onChange={(role) => role !== null && role !== member.role && changeRole(role)}
              allowDeselect={false}
              size="sm"
              w={150}
            />
          ) : (
            <Text size="sm" title={strings.roleTexts[member.role]}>
              {strings.roles[member.role]}
            </Text>
          )}
          {remove && (
            <Button variant="default" size="sm" c="var(--mantine-color-error)" onClick={remove} aria-label={`${strings.remove}: ${shown}`}>
              {strings.remove}
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
