import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from '../../components/actions/confirm';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { Waiting } from '../../components/waiting';
import { AccountDocument, RevokeSessionDocument, type AccountQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { signOut } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { namesIn } from './user-agent';

type SignedInSession = NonNullable<AccountQuery['viewer']>['sessions'][number];

/** Where the person is signed in. A session that nobody knows is ended here. */
export function Sessions() {
  const { account } = useStrings();
  const { data, error, refetch } = useQuery({ queryKey: ['account'], queryFn: ({ signal }) => ask(AccountDocument, undefined, signal) });
  const revoke = useSend(RevokeSessionDocument, { changes: [['account']] });
  const [everywhere, setEverywhere] = useState(false);

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  const everywhereButton = (
    <Button variant="default" c="var(--mantine-color-error)" onClick={() => setEverywhere(true)}>
      {account.everywhere}
    </Button>
  );
  return (
    <Section title={account.sessions} text={account.sessionsText} action={everywhereButton}>
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {(data.viewer?.sessions ?? []).map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            ending={revoke.isPending && revoke.variables.id === session.id}
            end={() => (session.current ? void signOut() : revoke.mutate({ id: session.id }))}
          />
        ))}
      </Stack>
      {revoke.error && <Failure error={revoke.error} />}
      <Confirm opened={everywhere} danger title={account.everywhereTitle} verb={account.everywhere} onConfirm={() => void signOut(true)} onClose={() => setEverywhere(false)}>
        <Text>{account.everywhereText}</Text>
      </Confirm>
    </Section>
  );
}

function SessionRow({ session, ending, end }: { session: SignedInSession; ending: boolean; end: () => void }) {
  const { account, shell } = useStrings();
  const { moment } = useFigures();
  const { kind, userAgent, current, createdAt, lastSeenAt } = session;
  const { browser, system } = namesIn(userAgent);
  const named = browser ? account.browserOn(browser, system ?? account.unknownSystem) : userAgent || account.unknownDevice;
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: '1 1 240px' }}>
          <Group gap="xs">
            <Text fw={600} title={userAgent}>
              <SafeText text={kind === 'TERMINAL' ? account.terminal(browser ? undefined : userAgent) : named} lines={2} />
            </Text>
            {current && <Badge variant="light">{account.thisOne}</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {account.signedInAt(moment(createdAt))} · {account.lastSeen(moment(lastSeenAt))}
          </Text>
        </Stack>
        <Button variant="default" size="sm" loading={ending} onClick={end}>
          {current ? shell.signOut : account.end}
        </Button>
      </Group>
    </Paper>
  );
}
