import { Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useRef } from 'react';
import { Failure } from '../../../components/failure';
import { SafeText } from '../../../components/safe-text';
import { useStrings } from '../../../strings';
import classes from '../publish.module.css';
import type { ManifestChecked, ManifestProblem } from './use-manifest-check';

interface ManifestEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly checked: ManifestChecked;
  readonly disabled: boolean;
}

/** model.yaml to read and to mend, its problems beside their lines. */
export function ManifestEditor({ text, onChange, checked, disabled }: ManifestEditorProps) {
  const { publish } = useStrings();
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split('\n').length;
  const { problems, checking, error, again } = checked;
  const wrong = new Set(problems.map(({ line }) => line));
  const said = checking ? publish.checking : problems.length > 0 ? publish.problems(problems.length) : error ? '' : publish.sound;

  const goTo = ({ line, column }: ManifestProblem) => {
    const start = text.split('\n').slice(0, (line ?? 1) - 1).reduce((sum, before) => sum + before.length + 1, 0) + (column ?? 1) - 1;
    area.current?.focus();
    area.current?.setSelectionRange(start, start);
  };
  return (
    <section aria-labelledby="manifest-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="manifest-title">
            {publish.manifest}
          </Title>
          <Text size="sm" role="status" fw={600}>
            {said}
          </Text>
        </Group>
        <Text size="sm" id="manifest-hint">
          {publish.manifestHint}
        </Text>
        <div className={classes.editor} dir="ltr">
          <div className={classes.numbers} aria-hidden="true">
            {Array.from({ length: lines }, (_line, index) => (
              <span key={index} data-problem={wrong.has(index + 1) || undefined}>
                {index + 1}
              </span>
            ))}
          </div>
          <textarea
            ref={area}
            className={classes.text}
            rows={lines}
            cols={Math.min(400, Math.max(40, ...text.split('\n').map(({ length }) => length + 1)))}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            readOnly={disabled}
            aria-labelledby="manifest-title"
            aria-describedby="manifest-hint"
            aria-invalid={problems.length > 0}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
          />
        </div>
        {problems.length > 0 && (
          <ul className={classes.stages} aria-label={publish.problems(problems.length)}>
            {problems.map((problem, index) => (
              <li key={index}>
                <UnstyledButton className={classes.problem} onClick={() => goTo(problem)}>
                  <span>
                    {problem.line !== null && <strong>{publish.at(problem.line, problem.column)}</strong>} {problem.path !== '' && <code>{problem.path}</code>} <SafeText text={problem.message} />
                  </span>
                </UnstyledButton>
              </li>
            ))}
          </ul>
        )}
        {error != null && <Failure error={error} retry={again} />}
      </Stack>
    </section>
  );
}
