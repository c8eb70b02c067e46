import { Anchor } from '@mantine/core';
import { safeAddress } from '../../../components/markdown/safe-address';
import { SafeText } from '../../../components/safe-text';

const MAIL = /^[^\s@:/?#]+@[^\s@:/?#]+$/;

/** A provider's words: a link where they are a mail or a web address, else plain text. */
export function SupportLink({ address }: { address: string }) {
  const target = MAIL.test(address) ? `mailto:${address}` : safeAddress(address);
  if (target === undefined || target.startsWith('#')) return <SafeText text={address} />;
  return (
    <Anchor href={target} rel="noopener noreferrer nofollow" target="_blank" inherit>
      <SafeText text={address} />
    </Anchor>
  );
}
