import { Alert, Button, Group, Paper, Stack } from '@mantine/core';
import { useState } from 'react';
import { useStrings } from '../../strings';
import { FileList } from './package/file-list';
import { FolderDrop } from './package/folder-drop';
import { ManifestEditor } from './package/manifest-editor';
import { samplePaths } from './package/plan-package';
import { useManifestCheck } from './package/use-manifest-check';
import { usePackage, usePlan } from './package/use-package';
import { CHANNEL, PublishOptions, type Options } from './publish-options';
import { UploadFailure } from './upload/upload-failure';
import { UploadProgress } from './upload/upload-progress';
import type { Publishing } from './upload/use-publishing';

/** From a folder to its publication. What was entered stays until another folder takes its place. */
export function PublishForm({ publishing }: { publishing: Publishing }) {
  const { publish } = useStrings();
  const state = usePackage();
  const { opened, text, setText } = state;
  const checked = useManifestCheck(opened && text);
  const plan = usePlan(opened, checked.manifest);
  const [options, setOptions] = useState<Options>({ public: false, channel: '', dryRun: false });
  const { progress, error, start, cancel } = publishing;
  const busy = progress !== undefined;

  const manifest = checked.manifest as { name: string; version: string; price?: unknown } | null;
  const files = plan?.needed.flatMap(({ path, file }) => (file ? [{ path, file }] : [])) ?? [];
  const complete = plan !== undefined && files.length === plan.needed.length && samplePaths(files.map(({ path }) => path)).length > 0;
  const priced = options.dryRun || manifest === null || manifest.price !== undefined;
  const channelFits = options.channel === '' || CHANNEL.test(options.channel);
  const ready = manifest !== null && complete && priced && channelFits && !busy;
  const name = manifest ? `${manifest.name}@${manifest.version}` : '';

  const send = () => {
    if (!ready) return;
    start({ manifest, files, public: options.public, dryRun: options.dryRun, channel: options.channel || undefined });
  };
  return (
    <Stack gap="lg" mb="xl">
      <FolderDrop state={state} disabled={busy} />
      {opened && (
        <Paper withBorder p="md">
          <Stack gap="lg">
            <ManifestEditor text={text} onChange={setText} checked={checked} disabled={busy} />
            {!priced && (
              <Alert color="red" variant="light" role="alert">
                {publish.priceMissing}
              </Alert>
            )}
            {plan && <FileList plan={plan} progress={progress} />}
            <PublishOptions options={options} onChange={setOptions} disabled={busy} />
            {error != null && <UploadFailure error={error} />}
            {progress ? (
              <UploadProgress progress={progress} onCancel={cancel} />
            ) : (
              <Group>
                <Button onClick={send} disabled={!ready}>
                  {options.dryRun ? publish.startDry(name) : publish.start(name)}
                </Button>
                {!ready && !checked.checking && <span>{publish.notYet}</span>}
              </Group>
            )}
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}
