import { Button, Stack } from '@mantine/core';
import { portalHeaders } from '../../server/ask';
import { useStrings } from '../../strings';
import { useVerification } from './use-verification';
import { VerificationView } from './verification-view';

/**
 * Takes a document of the organization from the server and computes it again in this browser.
 * @param address where its file is: `file` of an invoice or a statement
 * @param hash the one that the server has told of it
 */
export function VerifyDocument({ address, hash }: { address: string; hash: string }) {
  const { verify } = useStrings();
  const verifying = useVerification();
  const start = () => verifying.verify({ address: new URL(address, window.location.href).pathname, headers: portalHeaders() });
  return (
    <Stack align="stretch" gap="sm">
      <div>
        <Button variant="default" onClick={start} disabled={!verifying.isFree}>
          {verify.start}
        </Button>
      </div>
      <VerificationView verifying={verifying} knownHash={() => hash} />
    </Stack>
  );
}
