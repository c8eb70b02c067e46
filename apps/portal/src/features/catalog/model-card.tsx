import { Anchor, Badge, Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { SafeText } from '../../components/safe-text';
import type { CatalogModelFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import classes from './catalog.module.css';
import { LiveFigures } from './live-figures';
import { PriceText } from './price-text';

/** Tags beyond these are on the model's page. */
const TAGS_SHOWN = 4;

export function ModelCard({ model }: { model: CatalogModelFragment }) {
  const { catalog, tasks } = useStrings();
  const { owner, name, shown } = model;
  return (
    <Card withBorder component="article" className={classes.card}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text component="h3" fw={600} miw={0}>
            <Anchor component={Link} to={`/models/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`} className={classes.link} inherit>
              <SafeText text={`${owner}/${name}`} />
            </Anchor>
          </Text>
          <Text size="sm" ta="right" flex="none" maw="50%">
            {shown && <PriceText price={shown.price} />}
          </Text>
        </Group>
        <Text size="sm" className={classes.description}>
          <SafeText text={model.description} lines={2} />
        </Text>
        <Group gap={6}>
          <Mark text={tasks.texts[model.task]?.title ?? model.task} />
          <ReachBadge model={model} />
          {shown?.deprecation && <Badge variant="default" tt="none">{catalog.deprecated}</Badge>}
          {model.tags.slice(0, TAGS_SHOWN).map((tag) => (
            <Mark key={tag} text={tag} quiet />
          ))}
        </Group>
        <Text size="xs" c="dimmed" component="div" mt="auto">
          <LiveFigures figures={model.figures} />
        </Text>
      </Stack>
    </Card>
  );
}

/** Says of a model that not everybody finds it. */
export function ReachBadge({ model: { visibility, shared } }: { model: Pick<CatalogModelFragment, 'visibility' | 'shared'> }) {
  const { catalog } = useStrings();
  if (!shared && visibility === 'PUBLIC') return null;
  return (
    <Badge variant="default" tt="none">
      {shared ? catalog.shared : visibility === 'PRIVATE' ? catalog.private : catalog.unlisted}
    </Badge>
  );
}

/** A task or a tag. */
export function Mark({ text, quiet = false }: { text: string; quiet?: boolean }) {
  return (
    <Badge variant={quiet ? 'default' : 'light'} tt="none" fw={500} className={classes.tag}>
      <SafeText text={text} lines={1} />
    </Badge>
  );
}

/** Holds the place of a card. */
export function ModelCardWaiting() {
  return (
    <Card withBorder aria-hidden>
      <Stack gap="xs">
        <Skeleton height={22} width="55%" />
        <Skeleton height={42} />
        <Skeleton height={20} width="35%" />
        <Skeleton height={16} width="70%" />
      </Stack>
    </Card>
  );
}
