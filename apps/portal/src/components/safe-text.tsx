import { cleanText } from './clean-text';
import classes from './safe-text.module.css';

/**
 * A name or line that a stranger wrote. It cannot turn the text around it, hide characters or widen the page. With `lines` it is cut
 * after so many; the whole is its tooltip.
 */
export function SafeText({ text, lines }: { text: string; lines?: number }) {
  const clean = cleanText(text);
  if (lines === undefined) return <bdi className={classes.text}>{clean}</bdi>;
  return (
    <bdi className={classes.cut} style={{ WebkitLineClamp: lines }} title={clean}>
      {clean}
    </bdi>
  );
}
