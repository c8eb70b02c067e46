import { Anchor, Chip, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { CodeBlock } from '../../../components/code-block';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import type { ModelVersion } from '../model';
import type { Draft, DraftValue } from '../playground/draft';
import { loadSample } from '../playground/sample-picker';
import { objectOf, taskOf } from '../playground/input-form';
import { samplesOf } from '../playground/samples';
import { cliSnippet, curlSnippet, graphqlSnippet, OPERATION, sdkSnippet, type CallOf } from './call-snippets';
import { inferenceSnippet } from './inference-snippet';
import { openAiSnippet, speaksOpenAi } from './openai-snippet';

const KINDS = ['sdk', 'cli', 'curl', 'graphql', 'openai', 'inference'] as const;
type Kind = (typeof KINDS)[number];

/** The call that the playground makes, for programs. */
export function CallTab({ version, callRef, draft }: { version: ModelVersion; callRef: string; draft: Draft }) {
  const { call } = useStrings().model;
  const [kind, setKind] = useState<Kind>('sdk');
  const value = useInputToShow(version, draft);
  if (!value) return <Text c="dimmed">{call.nothing}</Text>;

  const { input, files } = value;
  const of: CallOf = { baseUrl: window.location.origin, ref: callRef, input, files };
  const task = taskOf(version);
  const inference = inferenceSnippet(of, objectOf(version.inputSchema));
  const offered = KINDS.filter((name) => (name === 'openai' ? speaksOpenAi(task, of) : name !== 'inference' || inference !== undefined));
  const shown = offered.includes(kind) ? kind : 'sdk';
  return (
    <Stack>
      {!draft.ready && <Text size="sm">{call.noInput}</Text>}
      <KeyFirst />
      <Chip.Group value={shown} onChange={(next) => setKind(next)}>
        <Group gap={6} role="radiogroup" aria-label={call.ways}>
          {offered.map((name) => (
            <Chip key={name} value={name} variant="outline" size="sm">
              {call[name]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <FilesFirst input={input} files={files} />
      <Snippet kind={shown} of={of} task={task} inference={inference} />
    </Stack>
  );
}

function Snippet({ kind, of, task, inference }: { kind: Kind; of: CallOf; task: string; inference: string | undefined }) {
  const { call } = useStrings().model;
  switch (kind) {
    case 'sdk':
      return (
        <>
          <Text size="sm">{call.install}</Text>
          <CodeBlock code="npm install @steelyard/client" language="bash" label={call.install} />
          <CodeBlock code={sdkSnippet(of)} language="typescript" label={call.sdk} />
        </>
      );
    case 'curl':
      return <CodeBlock code={curlSnippet(of)} language="bash" label={call.curl} />;
    case 'graphql':
      return (
        <>
          <Text size="sm">{call.operation}</Text>
          <CodeBlock code={OPERATION} language="graphql" label={call.operation} />
          <Text size="sm">{call.send}</Text>
          <CodeBlock code={graphqlSnippet(of)} language="bash" label={call.send} />
        </>
      );
    case 'openai':
      return (
        <>
          <Text size="sm">{call.install}</Text>
          <CodeBlock code="npm install openai" language="bash" label={call.install} />
          <CodeBlock code={openAiSnippet(task, of)} language="typescript" label={call.openai} />
        </>
      );
    case 'inference':
      return (
        <>
          <Text size="sm">{call.inferenceText}</Text>
          <CodeBlock code={inference ?? ''} language="bash" label={call.inference} />
        </>
      );
    case 'cli':
      return <CodeBlock code={cliSnippet(of)} language="bash" label={call.cli} />;
  }
}

function KeyFirst() {
  const { call } = useStrings().model;
  const { membership, can } = useSession();
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm">{call.intro}</Text>
        {membership && can('keys:manage') && (
          <Anchor component={Link} to={`/org/${membership.organization.handle}/keys`} size="sm">
            {call.getKey}
          </Anchor>
        )}
      </Group>
      <CodeBlock code="export STEELYARD_API_KEY=sy_..." language="bash" label={call.intro} />
    </Stack>
  );
}

/** Files of the input, to be saved where the calls look for them. */
function FilesFirst({ input, files }: { input: DraftValue['input']; files: DraftValue['files'] }) {
  const { call } = useStrings().model;
  const entries = Object.entries(files);
  if (entries.length === 0) return null;
  return (
    <Group gap="sm">
      <Text size="sm">{call.needFile(entries.map(([, name]) => name).join(', '))}</Text>
      {entries.map(([field, name]) => (
        <Anchor key={field} href={`data:application/octet-stream;base64,${String(input[field])}`} download={name} size="sm">
          {call.save(name)}
        </Anchor>
      ))}
    </Group>
  );
}

/** The draft, while it is one; else the first sample. */
function useInputToShow(version: ModelVersion, draft: Draft): DraftValue | undefined {
  const queries = useQueryClient();
  const [sample] = samplesOf(version.samples);
  const { data } = useQuery({
    queryKey: ['sample', version.ref, sample?.name],
    queryFn: () => loadSample(queries, version.ref, sample!),
    enabled: !draft.ready && sample !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return draft.ready ? draft : data;
}
