import { Text, Tooltip } from '@mantine/core';
import { useFigures } from '../../components/figures';
import type { FiguresFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import classes from './catalog.module.css';

const HOUR_MS = 3_600_000;

/** What the real calls of late were like, in one line: how many, how fast, how reliable, and of which time. */
export function LiveFigures({ figures }: { figures: FiguresFragment }) {
  const { catalog } = useStrings();
  const { count, share, duration } = useFigures();
  if (figures.calls === 0) return <span className={classes.figures}>{catalog.noCalls}</span>;
  return (
    <span className={classes.figures}>
      <span>{catalog.calls(figures.calls, count(figures.calls))}</span>
      {figures.p50Ms != null && (
        <Tooltip label={catalog.sampled(count(figures.sampled))}>
          <span>
            p50 {duration(figures.p50Ms)}, p95 {duration(figures.p95Ms)}
          </span>
        </Tooltip>
      )}
      {figures.availability != null && <span>{catalog.available(share(figures.availability))}</span>}
      <Text span inherit>
        <WindowText figures={figures} />
      </Text>
    </span>
  );
}

/** The stretch of time that was counted: its end is when it was counted. */
export function WindowText({ figures: { since, updatedAt } }: { figures: FiguresFragment }) {
  const { catalog } = useStrings();
  if (!since || !updatedAt) return null;
  const hours = Math.max(1, Math.round((Date.parse(updatedAt) - Date.parse(since)) / HOUR_MS));
  return hours % 24 === 0 ? catalog.windowDays(hours / 24) : catalog.windowHours(hours);
}
