import { Text, UnstyledButton } from '@mantine/core';
import { SafeText } from '../../../../../components/safe-text';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import hues from '../hues.module.css';
import classes from './boxes.module.css';

interface BoxListProps {
  readonly label: string;
  readonly entries: readonly { readonly text: string; readonly score: number; readonly hue: number }[];
  /** More than these were found. */
  readonly total: number;
  readonly marked: number | undefined;
  /** The one that the pointer or the focus is on. */
  readonly onMark: (at: number | undefined) => void;
}

/** What was found, by name and score. Whoever looks at an entry sees its box marked, and the other way about. */
export function BoxList({ label, entries, total, marked, onMark }: BoxListProps) {
  const { result } = useStrings();
  const { share, count } = useFigures();
  return (
    <div>
      <ul className={classes.list} aria-label={label}>
        {entries.map(({ text, score, hue }, at) => (
          <li key={at}>
            <UnstyledButton
              className={classes.entry}
              data-marked={marked === at || undefined}
              aria-pressed={marked === at}
              onClick={() => onMark(marked === at ? undefined : at)}
              onPointerEnter={(event) => event.pointerType === 'mouse' && onMark(at)}
              onPointerLeave={(event) => event.pointerType === 'mouse' && onMark(undefined)}
              onFocus={(event) => event.currentTarget.matches(':focus-visible') && onMark(at)}
              onBlur={() => onMark(undefined)}
            >
              <span className={`${hues.hue} ${classes.swatch}`} data-hue={hue} aria-hidden="true" />
              <Text span size="sm" className={classes.name}>
                <SafeText text={text} lines={2} />
              </Text>
              <Text span size="sm" c="dimmed">
                {share(score)}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {total > entries.length && (
        <Text size="sm" c="dimmed">
          {result.more(count(total - entries.length))}
        </Text>
      )}
    </div>
  );
}
