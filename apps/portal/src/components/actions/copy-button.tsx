import { Button, type ButtonProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStrings } from '../../strings';
import { copyText } from '../../browser/copy-text';

const SHOWN_MS = 2_000;

/** Copies `text`, and says on itself how that went. `label` is for buttons whose neighbours copy other things. */
export function CopyButton({ text, label, ...look }: { text: string; label?: string } & ButtonProps) {
  const { shell } = useStrings();
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();

  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const said = outcome === undefined ? (label ?? shell.copy) : outcome === 'copied' ? shell.copied : shell.copyByHand;
  return (
    <Button size="compact-sm" variant="default" aria-live="polite" {...look} onClick={() => void copyText(text).then((copied) => setOutcome(copied ? 'copied' : 'refused'))}>
      {said}
    </Button>
  );
}
