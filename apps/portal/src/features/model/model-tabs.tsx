import { Skeleton, Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import { Markdown } from '../../components/markdown';
import { useStrings } from '../../strings';
import { CallTab } from './call/call-tab';
import { refToCall, type Model, type ModelVersion } from './model';
import { useDraft } from './playground/draft';
import { Playground } from './playground/playground';

const VersionsTab = lazy(() => import('./about/versions-tab').then(({ VersionsTab: tab }) => ({ default: tab })));

const SpeedTab = lazy(() => import('./about/speed-tab').then(({ SpeedTab: tab }) => ({ default: tab })));

const TABS = ['try', 'card', 'call', 'speed', 'versions'] as const;
type Tab = (typeof TABS)[number];

/** The tab is in the address; the draft outlives a change of tabs, for the calls are of it. */
export function ModelTabs({ model, version }: { model: Model; version: ModelVersion }) {
  const { model: strings } = useStrings();
  const [params, setParams] = useSearchParams();
  const draft = useDraft(version);
  const tab = TABS.find((known) => known === params.get('tab')) ?? 'try';
  const callRef = refToCall(model, version, params.has('version'));

  const open = (next: Tab) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (next === 'try') after.delete('tab');
        else after.set('tab', next);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );

  return (
    <Tabs value={tab} onChange={(value) => open(value as Tab)} keepMounted={false}>
      <Tabs.List mb="md">
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {strings.tabs[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="try" keepMounted>
        <Playground version={version} callRef={callRef} draft={draft} />
      </Tabs.Panel>
      <Tabs.Panel value="card">{version.card.trim() === '' ? strings.noCard : <Markdown text={version.card} />}</Tabs.Panel>
      <Tabs.Panel value="call">
        <CallTab version={version} callRef={callRef} draft={draft} />
      </Tabs.Panel>
      <Tabs.Panel value="speed">
        <Suspense fallback={<Skeleton height={240} />}>
          <SpeedTab version={version} />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <Suspense fallback={<Skeleton height={240} />}>
          <VersionsTab model={model} version={version} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
