import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Caution } from '../../../components/caution';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import type { DeprecationFragment } from '../../../generated/documents';
import { useStrings } from '../../../strings';

/** Tells whoever calls this version that it goes, when, and what to call instead. */
export function DeprecationNotice({ deprecation, version }: { deprecation: DeprecationFragment; version: string }) {
  const { model } = useStrings();
  const { moment } = useFigures();
  const { sunsetAt, successor, reason } = deprecation;
  const over = Date.parse(sunsetAt) <= Date.now();
  return (
    <Caution title={over ? model.sunset(version, moment(sunsetAt)) : model.deprecated(version, moment(sunsetAt))}>
      <Text size="sm">{over ? model.sunsetText : model.deprecatedText}</Text>
      {reason && (
        <Text size="sm">
          <SafeText text={reason} />
        </Text>
      )}
      {successor && (
        <Anchor component={Link} to={`?version=${encodeURIComponent(successor)}`} size="sm" c="inherit" underline="always">
          {model.successor(successor)}
        </Anchor>
      )}
    </Caution>
  );
}
