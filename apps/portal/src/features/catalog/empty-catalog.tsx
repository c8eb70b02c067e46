import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { signInAddress, useSession } from '../../server/session';
import { useStrings } from '../../strings';

export function NothingFound({ onClear }: { onClear: () => void }) {
  const { catalog } = useStrings();
  return (
    <EmptyState title={catalog.nothingTitle} text={catalog.nothingText}>
      <Button variant="default" onClick={onClear}>
        {catalog.clear}
      </Button>
    </EmptyState>
  );
}

/** An installation without models: the next step of whoever looks at it. */
export function EmptyCatalog() {
  const { catalog } = useStrings();
  const { person, membership } = useSession();
  return (
    <EmptyState title={catalog.emptyTitle} text={catalog.emptyText}>
      {!person && (
        <Button component="a" href={signInAddress()}>
          {catalog.signInToPublish}
        </Button>
      )}
      {person && !membership && (
        <Button component={Link} to="/welcome">
          {catalog.createToPublish}
        </Button>
      )}
      {membership?.permissions.includes('models:publish') && (
        <Button component={Link} to={`/org/${membership.organization.handle}/publish`}>
          {catalog.publishFirst}
        </Button>
      )}
    </EmptyState>
  );
}
