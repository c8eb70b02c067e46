import { useEffect, useState } from 'react';
import { useStrings } from '../strings';
import classes from './code/code-block.module.css';
import { CopyButton } from './actions/copy-button';

/** Beyond this many characters colours cost more than they help. */
const HIGHLIGHTED_MAX = 50_000;

interface CodeBlockProps {
  readonly code: string;
  readonly language: string;
  readonly label?: string;
  /** Whether long lines are broken: for what has to be seen whole, like a key. */
  readonly wrap?: boolean;
}

/** Code to read and to copy. Colours come when their part of the portal is loaded; the text stays where it is. */
export function CodeBlock({ code, language, label, wrap = false }: CodeBlockProps) {
  const { shell } = useStrings();
  const html = useHighlighted(code, language);
  return (
    <div className={classes.block}>
      <CopyButton text={code} className={classes.copy} />
      {/* Reachable by keyboard, because it scrolls. */}
      <pre className={classes.code} data-wrap={wrap || undefined} tabIndex={0} role="region" aria-label={label ?? shell.code} dir="ltr">
        {/* Of highlight.js, which escapes everything but its own spans. */}
        {html === undefined ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
}

function useHighlighted(code: string, language: string): string | undefined {
  const [done, setDone] = useState<{ of: string; html: string | undefined }>();

  useEffect(() => {
    if (code.length > HIGHLIGHTED_MAX) return;
    let current = true;
    // Not loading it, on a bad line say, leaves the code without colours and nothing else.
    void import('./code/highlight').then(
      ({ highlight }) => current && setDone({ of: code, html: highlight(code, language) }),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [code, language]);
  return done?.of === code ? done.html : undefined;
}
