import { Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useParams } from 'react-router';
import { Failure } from '../../components/failure';
import { Money } from '../../components/money';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Waiting } from '../../components/waiting';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { FirstSteps } from './first-steps';
import { LastCalls } from './last-calls';
import { stepsOf } from './steps';
import { useHome } from './use-home';

/** An organization at a glance. Until its first call is charged it says what to do next. */
export function HomePage() {
  const { welcome } = useStrings();
  const { organization: handle = '' } = useParams();
  const session = useSession();
  const { data, error, refetch } = useHome();
  const [hidden, setHidden] = useLocalStorage({ key: `steelyard.steps-hidden.${handle}`, defaultValue: false, getInitialValueInEffect: false });

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  const steps = stepsOf(data, session);
  const { balance, usage } = data;
  return (
    <>
      <PageHeader title={session.membership?.organization.name ?? handle} description={<SafeText text={welcome.overviewText(handle)} />} />
      <Stack gap="lg">
        {!hidden && steps.some(({ done }) => !done) && <FirstSteps steps={steps} hide={() => setHidden(true)} />}
        {balance && (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Amount label={welcome.balance} text={welcome.balanceText} nano={balance.availableNano} currency={balance.currency} />
            <Amount label={welcome.earned} text={welcome.earnedText} nano={balance.earnedNano} currency={balance.currency} />
          </SimpleGrid>
        )}
        {usage && <LastCalls calls={usage.nodes} all={`/org/${handle}/usage`} />}
      </Stack>
    </>
  );
}

function Amount({ label, text, nano, currency }: { label: string; text: string; nano: string; currency: string }) {
  return (
    <Paper withBorder p="lg">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={650} lh={1.3}>
        <Money nano={nano} currency={currency} />
      </Text>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    </Paper>
  );
}
