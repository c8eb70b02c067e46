import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { rateTerms, readTerms } from '@steelyard/kernel/pricing';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { formatMoney } from '../../../components/money';
import type { PriceFragment } from '../../../generated/documents';
import { signInAddress, useSession } from '../../../server/session';
import { useLanguage } from '../../../strings';
import { isFreePrice, usePriceText } from '../../catalog/price-text';
import type { Draft } from './draft';
import type { Run } from './use-run';

interface RunBarProps {
  /** Of each call that the button makes. */
  readonly prices: readonly PriceFragment[];
  readonly draft: Draft;
  readonly run: Pick<Run, 'running' | 'start' | 'stop'>;
  /** What a call with the input as it is would cost. */
  readonly estimate?: ReactNode;
}

/** The button that runs, or what is to be done before; and who pays how much. */
export function RunBar({ prices, draft, run, estimate }: RunBarProps) {
  const { strings, language } = useLanguage();
  const { playground } = strings.model;
  const { person, membership, can } = useSession();
  const priceText = usePriceText();
  const costs = prices.every(isFreePrice) ? playground.costsNothing : playground.costs(prices.map(priceText).join(' + '));

  if (!person) {
    return (
      <Notes lines={[costs, playground.keptInput]}>
        <Button component="a" href={signInAddress()} onClick={draft.keep}>
          {playground.signInToRun}
        </Button>
      </Notes>
    );
  }
  if (!membership) {
    return (
      <Notes lines={[playground.needOrganization]}>
        <Anchor component={Link} to="/welcome" onClick={draft.keep}>
          {playground.makeOrganization}
        </Anchor>
      </Notes>
    );
  }
  const who = membership.organization.name;
  if (!can('predict')) return <Notes lines={[playground.mayNot(who)]} />;

  const amounts = amountsOf(prices)?.map(([currency, nano]) => formatMoney(nano, currency, language));
  const pays = () => {
    if (prices.every(isFreePrice)) return playground.costsNothing;
    if (amounts === undefined) return playground.paysPer(who, prices.map(priceText).join(' + '));
    return prices.length === 1 ? playground.pays(who, amounts.join()) : playground.paysAll(who, amounts.join(' + '), prices.length);
  };
  return (
    <Notes lines={[pays()]} more={estimate}>
      <RunButton draft={draft} run={run} />
      {run.running && <StopButton onStop={run.stop} />}
    </Notes>
  );
}

/** Pressed, or from anywhere on the page by Ctrl or Command and Enter: also from the text that one writes. */
function RunButton({ draft, run }: Pick<RunBarProps, 'draft' | 'run'>) {
  const { playground } = useLanguage().strings.model;
  const button = useRef<HTMLButtonElement>(null);
  const start = () => draft.ready && !run.running && run.start(draft.input);
  // Not from another tab of the page: what costs money is seen.
  useHotkeys([['mod+Enter', () => button.current?.offsetParent && start()]], []);
  return (
    <Button ref={button} onClick={start} loading={run.running} disabled={!draft.ready} aria-keyshortcuts="Control+Enter" title={playground.runKeys}>
      {playground.run}
    </Button>
  );
}

/** What the calls cost together, by currency. One call is one request; of other units, and of what is left of free ones, nobody knows beforehand. */
function amountsOf(prices: readonly PriceFragment[]): readonly (readonly [currency: string, nano: bigint])[] | undefined {
  const sums = new Map<string, bigint>();
  for (const price of prices) {
    const terms = readTerms(price);
    if (terms.free || terms.components.some(({ unit, amountNano }) => unit !== 'request' && amountNano > 0n)) return undefined;
    sums.set(terms.currency, (sums.get(terms.currency) ?? 0n) + rateTerms({ request: 1n }, terms).amountNano);
  }
  return [...sums];
}

function Notes({ lines, more, children }: { lines: readonly string[]; more?: ReactNode; children?: ReactNode }) {
  return (
    <Stack gap={4}>
      <Group gap="sm">{children}</Group>
      {lines.map((line) => (
        <Text key={line} size="sm" c="dimmed">
          <SafeText text={line} />
        </Text>
      ))}
      {more}
    </Stack>
  );
}

/** A call that is soon answered needs no button to stop it, and a page that flickers helps nobody. */
const SHOWN_AFTER_MS = 1_000;

function StopButton({ onStop }: { onStop: () => void }) {
  const { playground } = useLanguage().strings.model;
  const { duration } = useFigures();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), SHOWN_AFTER_MS);
    return () => clearInterval(timer);
  }, []);
  if (seconds === 0) return null;
  return (
    <>
      <Button variant="default" onClick={onStop}>
        {playground.stop}
      </Button>
      <Text size="sm" c="dimmed">
        {playground.busy(duration(seconds * 1_000))}
      </Text>
    </>
  );
}
