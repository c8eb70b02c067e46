import { Alert } from '@mantine/core';
import { Failure } from '../../../components/failure';
import { useStrings } from '../../../strings';
import { FileUnreadable } from './hash-files';
import { Interrupted } from './send-file';

/** Why a package was not sent or not accepted. */
export function UploadFailure({ error }: { error: unknown }) {
  const { publish } = useStrings();
  const said = error instanceof FileUnreadable ? publish.fileChanged(error.path) : error instanceof Interrupted ? publish.stuck : undefined;
  if (said === undefined) return <Failure error={error} />;
  return (
    <Alert color="red" variant="light" role="alert">
      {said}
    </Alert>
  );
}
