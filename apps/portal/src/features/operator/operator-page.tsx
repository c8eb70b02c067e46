import { Stack } from '@mantine/core';
import { Failure } from '../../components/failure';
import { OperatorHeader } from '../../components/operator/operator-header';
import { Section } from '../../components/section';
import { Waiting } from '../../components/waiting';
import type { Operator } from '../../server/operator';
import { useOperator } from '../../server/use-operator';
import { useStrings } from '../../strings';
import { DeviceCards } from './device-cards';
import { ModelsTable } from './models-table';
import { ProtectionList } from './protection-list';
import { RuntimeList } from './runtime-list';
import { useEngine } from './use-engine';

/** What the engine of this installation does, live. */
export function OperatorPage() {
  const { operator: strings } = useStrings();
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.description} />
      <EngineView operator={useOperator()} />
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
    </Stack>
  );
}

/** A socket that was closed on us says so in its own way. */
function asError(failure: unknown, refused: string): Error {
  const { message } = failure as { message?: string };
  return new Error(message || refused);
}
