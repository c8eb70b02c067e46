import { Button, Loader } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useStrings } from '../strings';
import { withoutTurns } from './clean-text';
import classes from './markdown/markdown.module.css';
import { PlainOnFailure } from './markdown/plain-on-failure';

const MarkdownBody = lazy(() => import('./markdown/markdown-body').then(({ MarkdownBody: body }) => ({ default: body })));

/** What is shown at once, in characters; a reader of more than that asks for the rest. */
const SHOWN_MAX = 40_000;

/**
 * A stranger's Markdown: no HTML, no foreign images, links that tell nothing about this page. What it cannot be read as is shown as
 * plain text.
 */
export function Markdown({ text }: { text: string }) {
  const { shell } = useStrings();
  const [all, setAll] = useState(false);
  const shown = withoutTurns(all ? text : beginningOf(text));
  return (
    <div className={classes.box} dir="auto">
      <PlainOnFailure key={shown.length} text={shown}>
        <Suspense fallback={<Loader size="sm" role="status" aria-label={shell.loading} />}>
          <MarkdownBody text={shown} />
        </Suspense>
      </PlainOnFailure>
      {shown.length < text.length && (
        <Button variant="default" onClick={() => setAll(true)}>
          {shell.showAll}
        </Button>
      )}
    </div>
  );
}

/** Whole lines where there are any. */
function beginningOf(text: string): string {
  if (text.length <= SHOWN_MAX) return text;
  const end = text.lastIndexOf('\n', SHOWN_MAX);
  return text.slice(0, end > 0 ? end : SHOWN_MAX);
}
