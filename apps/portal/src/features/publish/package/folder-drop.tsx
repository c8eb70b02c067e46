import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { SafeText } from '../../../components/safe-text';
import { useDropPlace } from '../../../browser/use-drop-place';
import { useStrings } from '../../../strings';
import classes from '../publish.module.css';
import { readChosen, readDropped } from './read-dropped';
import type { PackageState } from './use-package';

/** Where a package's folder is dropped, or chosen by keyboard. Small once there is one. */
export function FolderDrop({ state, disabled }: { state: PackageState; disabled: boolean }) {
  const { publish } = useStrings();
  const { take, choose, folders, refused, unfit, opened } = state;

  const { over: active, handlers } = useDropPlace(({ items }) => take(readDropped(items)), disabled);
  return (
    <Stack gap="sm">
      <div
        className={classes.drop}
        data-testid="drop"
        data-active={active || undefined}
        data-small={opened !== undefined || undefined}
        {...handlers}
      >
        <Group justify="center" gap="sm">
          <Text fw={600}>{active ? publish.dropActive : opened ? publish.dropAgain : publish.dropTitle}</Text>
          <Text>{publish.dropOr}</Text>
          <ChooseButton folder disabled={disabled} onChoose={(files) => take(Promise.resolve(readChosen(files)))} label={publish.chooseFolder} />
          <ChooseButton disabled={disabled} onChoose={(files) => take(Promise.resolve(readChosen(files)))} label={publish.chooseFiles} />
        </Group>
      </div>
      {refused && (
        <Alert color="red" variant="light" role="alert">
          {publish.refused[refused]}
        </Alert>
      )}
      {unfit !== undefined && (
        <Alert color="red" variant="light" role="alert">
          <SafeText text={publish.unfitModel(unfit)} />
        </Alert>
      )}
      {folders.length > 0 && (
        <Alert color="blue" variant="light" role="alert">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{publish.deeper}</Text>
            {folders.slice(0, 10).map((folder) => (
              <Button key={folder} size="xs" variant="default" onClick={() => choose(folder)}>
                <SafeText text={publish.useFolder(folder)} />
              </Button>
            ))}
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

interface ChooseButtonProps {
  readonly folder?: boolean;
  readonly disabled: boolean;
  readonly label: string;
  readonly onChoose: (files: FileList) => void;
}

function ChooseButton({ folder = false, disabled, label, onChoose }: ChooseButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant={folder ? 'filled' : 'default'} size="sm" disabled={disabled} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(folder && { webkitdirectory: '' })}
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) onChoose(currentTarget.files);
          // The same folder may be chosen again after it was mended.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
