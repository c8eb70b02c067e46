import { Button, Stack } from '@mantine/core';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Section } from '../../components/section';
import { Waiting } from '../../components/waiting';
import type { Operator } from '../../server/operator';
import { useStrings } from '../../strings';
import { DeviceCards } from './device-cards';
import { KeyForm } from './key-form';
import { ModelsTable } from './models-table';
import { ProtectionList } from './protection-list';
import { RuntimeList } from './runtime-list';
import { UsageSums } from './usage-sums';
import { useEngine } from './use-engine';
import { useOperator } from './use-operator';

/** What the engine of this installation does, live; for whoever has the operator's key. */
export function OperatorPage() {
  const { operator: strings } = useStrings();
  const { operator, enter, leave } = useOperator();
  return (
    <>
      <PageHeader
        title={strings.title}
        description={strings.description}
        actions={
          operator && (
            <Button variant="default" onClick={leave}>
              {strings.leave}
            </Button>
          )
        }
      />
      {operator ? <EngineView operator={operator} /> : <KeyForm onEnter={enter} />}
    </>
  );
}

function EngineView({ operator }: { operator: Operator }) {
  const { operator: strings } = useStrings();
  const { engine, failure } = useEngine(operator);
  if (failure) return <Failure error={asError(failure, strings.refused)} />;
  if (!engine) return <Waiting />;
  return (
    <Stack gap="xl">
      <Section title={strings.devices}>
        <DeviceCards devices={engine.devices} />
      </Section>
      <Section title={strings.models} text={strings.modelsText}>
        <ModelsTable models={engine.models} operator={operator} />
      </Section>
      <Section title={strings.runtimes} text={strings.runtimesText}>
        <RuntimeList operator={operator} />
      </Section>
      <Section title={strings.protections} text={strings.protectionsText}>
        <ProtectionList protections={engine.protections} />
      </Section>
      <Section title={strings.sums} text={strings.sumsText}>
        <UsageSums operator={operator} />
      </Section>
    </Stack>
  );
}

/** A socket that was closed on us says so in its own way. */
function asError(failure: unknown, refused: string): Error {
  const { message } = failure as { message?: string };
  return new Error(message || refused);
}
