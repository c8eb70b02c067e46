import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../../../components/section';
import { SetModelVisibilityDocument, type Visibility } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedModel } from '../use-managed-model';

const VISIBILITIES = ['PRIVATE', 'UNLISTED', 'PUBLIC'] as const satisfies readonly Visibility[];

/** Who finds a model, and a way to change it. */
export function VisibilitySection({ model, mayPublish }: { model: ManagedModel; mayPublish: boolean }) {
  const { manage } = useStrings();
  const [wanted, setWanted] = useState<Visibility>();
  return (
    <Section title={manage.visibility}>
      <Group>
        <Text fw={600}>{manage.visibilities[model.visibility]}</Text>
        {mayPublish && (
          <Button size="xs" variant="default" onClick={() => setWanted(VISIBILITIES.find((other) => other !== model.visibility))}>
            {manage.changeVisibility}
          </Button>
        )}
      </Group>
      {wanted && (
        <ActionDialog
          modelRef={model.ref}
          title={manage.changeVisibility}
          text={manage.visibilityTexts[wanted]}
          verb={manage.makeVisibility[wanted]}
          danger={VISIBILITIES.indexOf(wanted) < VISIBILITIES.indexOf(model.visibility)}
          reasoned={false}
          document={SetModelVisibilityDocument}
          input={{ model: model.name, visibility: wanted }}
          onClose={() => setWanted(undefined)}
        >
          <Stack gap="sm">
            <NativeSelect
              label={manage.visibility}
              value={wanted}
              data={VISIBILITIES.filter((other) => other !== model.visibility).map((value) => ({ value, label: manage.visibilities[value] }))}
              onChange={({ currentTarget }) => setWanted(currentTarget.value as Visibility)}
            />
            {wanted === 'PUBLIC' && <Text size="sm">{manage.publicNeeds}</Text>}
          </Stack>
        </ActionDialog>
      )}
    </Section>
  );
}
