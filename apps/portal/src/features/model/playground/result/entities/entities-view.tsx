import { Stack, Text } from '@mantine/core';
import { withoutTurns } from '../../../../../components/clean-text';
import { useFigures } from '../../../../../components/figures';
import { SafeText } from '../../../../../components/safe-text';
import { useStrings } from '../../../../../strings';
import playground from '../../playground.module.css';
import { huesOf } from '../hues';
import hues from '../hues.module.css';
import { piecesOf, type Entities } from './entities';
import classes from './entities.module.css';

/** The text that was sent, its entities marked in it, and how many there are of each kind. */
export function EntitiesView({ found: { entities, total }, text }: { found: Entities; text: string }) {
  const { result } = useStrings();
  const { count, share } = useFigures();
  const labels = entities.map(({ label }) => label);
  const colours = huesOf(labels);
  const counts = [...colours.keys()].map((label) => ({ label, count: labels.filter((other) => other === label).length }));
  return (
    <Stack gap="sm">
      <Text fw={600}>{total === 0 ? result.noEntities : result.entities(total, count(total))}</Text>
      {counts.length > 0 && (
        <ul className={classes.legend} aria-label={result.legend}>
          {counts.map(({ label, count: times }) => (
            <li key={label} className={`${hues.hue} ${classes.entity}`} data-hue={colours.get(label)}>
              <Text span size="sm">
                <SafeText text={label} /> {count(times)}
              </Text>
            </li>
          ))}
        </ul>
      )}
      <div className={playground.text} data-short="true" role="region" aria-label={result.markedText} tabIndex={0}>
        {piecesOf(text, entities).map(({ text: piece, entity }, at) =>
          entity === undefined ? (
            withoutTurns(piece)
          ) : (
            <mark key={at} className={`${hues.hue} ${classes.entity}`} data-hue={colours.get(entity.label)} title={share(entity.score)}>
              {withoutTurns(piece)}
              <span className={classes.label}>
                <SafeText text={entity.label} />
              </span>
            </mark>
          ),
        )}
      </div>
      {total > entities.length && (
        <Text size="sm" c="dimmed">
          {result.more(count(total - entities.length))}
        </Text>
      )}
    </Stack>
  );
}
