import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useStrings } from '../strings';
import { EmptyState } from './empty-state';

export function NotFound() {
  const { shell } = useStrings();
  return (
    <EmptyState whole title={shell.notFoundTitle} text={shell.notFoundText}>
      <Button component={Link} to="/">
        {shell.toCatalog}
      </Button>
    </EmptyState>
  );
}
