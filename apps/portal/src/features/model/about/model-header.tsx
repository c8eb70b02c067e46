import { Anchor, Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { Fact, Facts } from '../../../components/facts/facts';
import { useFigures } from '../../../components/figures';
import { PageHeader } from '../../../components/page-header';
import { SafeText } from '../../../components/safe-text';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { LiveFigures } from '../../catalog/live-figures';
import { Mark, ReachBadge } from '../../catalog/model-card';
import { PriceText } from '../../catalog/price-text';
import { comparisonOf } from '../../compare/compared-refs';
import type { Model, ModelVersion } from '../model';
import { ReportAbuse } from '../report/report-abuse';
import { DeprecationNotice } from './deprecation-notice';
import { IntendedUse } from './intended-use';
import { SupportLink } from './support-link';

interface ModelHeaderProps {
  readonly model: Model;
  /** Undefined while it is asked for, and where there is none. */
  readonly version: ModelVersion | undefined;
  readonly wanted: string | undefined;
}

/** What somebody wants to know before they try: whose it is, what it does, what it costs, how it has been. */
export function ModelHeader({ model, version, wanted }: ModelHeaderProps) {
  const { model: strings, compare, tasks } = useStrings();
  const { person } = useSession();
  const { moment } = useFigures();
  const { updatedAt } = model.figures;
  const price = version?.price ?? model.versions.find((known) => known.version === wanted)?.price;
  return (
    <Stack gap="sm">
      <PageHeader
        title={model.ref}
        description={<SafeText text={model.description} />}
        actions={
          <>
            {wanted !== undefined && (
              <Button component={Link} to={comparisonOf([wanted === model.shown?.version ? model.ref : `${model.ref}@${wanted}`])} variant="default" size="xs">
                {compare.with}
              </Button>
            )}
            {person && !model.own && <ReportAbuse modelRef={model.ref} />}
            {model.own && (
              <Button component={Link} to={`/org/${model.owner}/models/${model.name}`} variant="default" size="xs">
                {strings.manage}
              </Button>
            )}
          </>
        }
      />
      <Group gap={6} mt="-md">
        <Anchor component={Link} to={`/?task=${encodeURIComponent(model.task)}`} underline="never" c="inherit">
          <Mark text={tasks.texts[model.task]?.title ?? model.task} />
        </Anchor>
        <ReachBadge model={model} />
        {model.tags.map((tag) => (
          <Anchor key={tag} component={Link} to={`/?tag=${encodeURIComponent(tag)}`} underline="never" c="inherit">
            <Mark text={tag} quiet />
          </Anchor>
        ))}
      </Group>
      {version?.deprecation && <DeprecationNotice deprecation={version.deprecation} version={version.version} />}
      <Paper withBorder p="sm">
        <Facts>
          <Fact name={strings.price}>{price && <PriceText price={price} />}</Fact>
          <Fact name={strings.provider}>
            <SafeText text={model.provider.name} />
          </Fact>
          <Fact name={strings.license}>
            <SafeText text={model.license} />
          </Fact>
          <IntendedUse version={version} />
          {model.support && (
            <Fact name={strings.support}>
              <SupportLink address={model.support} />
            </Fact>
          )}
          <Fact name={strings.version}>
            <VersionChoice model={model} wanted={wanted} />
          </Fact>
          <Fact name={strings.figures} wide>
            <LiveFigures figures={model.figures} />
            {updatedAt && (
              <Text size="xs" c="dimmed">
                {strings.counted(moment(updatedAt))}
              </Text>
            )}
          </Fact>
        </Facts>
      </Paper>
    </Stack>
  );
}

function VersionChoice({ model, wanted }: { model: Model; wanted: string | undefined }) {
  const { model: strings } = useStrings();
  const [params, setParams] = useSearchParams();
  const versions = model.versions.filter(({ state }) => state === 'READY').map(({ version }) => version);
  if (wanted !== undefined && !versions.includes(wanted)) versions.unshift(wanted);
  const choose = (version: string) => {
    const after = new URLSearchParams(params);
    if (version === model.shown?.version) after.delete('version');
    else after.set('version', version);
    setParams(after, { preventScrollReset: true });
  };
  return (
    <NativeSelect
      aria-label={strings.version}
      size="xs"
      value={wanted ?? ''}
      data={versions.map((version) => ({ value: version, label: version === model.shown?.version ? strings.versionDefault(version) : version }))}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
