import { CodeBlock } from '../../../../components/code-block';
import { withoutTurns } from '../../../../components/clean-text';
import { useStrings } from '../../../../strings';
import classes from '../playground.module.css';
import { textOf } from './generation';

/** What came of an answer so far: text as it is written, other parts one a line. */
export function PartsView({ parts, running = false }: { parts: readonly unknown[]; running?: boolean }) {
  const { playground } = useStrings().model;
  const texts = parts.map(textOf);
  if (texts.every((text) => text !== undefined)) {
    return (
      // Read out as a whole when it is there, not word by word.
      <p className={classes.text} aria-busy={running} aria-live="off" data-parts={parts.length}>
        {withoutTurns(texts.join(''))}
        {running && <span className={classes.cursor} aria-hidden="true" />}
      </p>
    );
  }
  return <CodeBlock code={parts.map((part) => JSON.stringify(part)).join('\n')} language="json" label={playground.output} />;
}
