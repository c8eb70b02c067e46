import { Alert, Group, Stack, Table, Text, Title } from '@mantine/core';
import { SafeText } from '../../../components/safe-text';
import { useFigures } from '../../../components/figures';
import { useLanguage } from '../../../strings';
import classes from '../publish.module.css';
import { sizeText } from '../size-text';
import type { Progress } from '../upload/use-publishing';
import { samplePaths } from './plan-package';
import type { Plan, PlannedFile } from './use-package';

/** The files of the package: sizes, what is missing, and how far each is sent. */
export function FileList({ plan, progress }: { plan: Plan; progress: Progress | undefined }) {
  const { strings, language } = useLanguage();
  const { publish } = strings;
  const { needed, unnamed } = plan;
  const missing = needed.filter(({ file }) => !file).map(({ path }) => path);
  const bytes = needed.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);

  return (
    <section aria-labelledby="files-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="files-title">
            {publish.files}
          </Title>
          <Text size="sm">{publish.filesHint(needed.length - missing.length, sizeText(bytes, language))}</Text>
        </Group>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{publish.file}</Table.Th>
              <Table.Th visibleFrom="xs">{publish.namedBy}</Table.Th>
              <Table.Th ta="end">{publish.size}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {needed.map((file) => (
              <FileRow key={file.path} planned={file} sentBytes={progress?.step === 'sending' ? progress.byPath.get(file.path) : undefined} />
            ))}
          </Table.Tbody>
        </Table>
        {missing.length > 0 && (
          <Alert color="red" variant="light" role="alert">
            <SafeText text={publish.missingFiles(missing.join(', '))} />
          </Alert>
        )}
        {samplePaths(needed.map(({ path }) => path)).length === 0 && (
          <Alert color="red" variant="light" role="alert">
            {publish.noSamples}
          </Alert>
        )}
        {unnamed.length > 0 && (
          <details>
            <summary>{publish.notSent(unnamed.length)}</summary>
            <Text size="sm" className={classes.path}>
              <SafeText text={unnamed.slice(0, 100).join(', ')} />
            </Text>
          </details>
        )}
      </Stack>
    </section>
  );
}

function FileRow({ planned: { path, namedBy, file }, sentBytes }: { planned: PlannedFile; sentBytes: number | undefined }) {
  const { strings, language } = useLanguage();
  const { publish } = strings;
  const figures = useFigures();
  const sent = sentBytes === undefined ? undefined : sentBytes === file?.size ? publish.sent : publish.partly(figures.share(sentBytes / Math.max(1, file?.size ?? 1)));
  return (
    <Table.Tr>
      <Table.Td className={classes.path}>
        <SafeText text={path} />
      </Table.Td>
      <Table.Td visibleFrom="xs" className={classes.path}>
        <SafeText text={namedBy} />
      </Table.Td>
      <Table.Td ta="end">
        {file ? sizeText(file.size, language) : <strong>{publish.missing}</strong>}
        {sent !== undefined && <Text size="xs">{sent}</Text>}
      </Table.Td>
    </Table.Tr>
  );
}
