import { Center, Loader } from '@mantine/core';
import { useStrings } from '../strings';

export function Waiting() {
  const { shell } = useStrings();
  return (
    <Center mih="40vh">
      <Loader role="status" aria-label={shell.loading} />
    </Center>
  );
}
