import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { LeaveOrganizationDocument, type MemberFieldsFragment } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { isLastOwner } from './roles';
import { Section } from '../../components/section';

export function Leave({ members, name }: { members: readonly MemberFieldsFragment[]; name: string }) {
  const { organization: strings } = useStrings();
  const { refresh } = useSession();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const you = members.find((member) => member.you);
  const { mutate, isPending, error, reset } = useSend(LeaveOrganizationDocument, {
    // Away first: this page is no longer theirs to see.
    done: () => void Promise.resolve(navigate('/')).then(refresh),
  });
  const close = () => {
    setAsking(false);
    reset();
  };

  if (!you) return null;
  const last = isLastOwner(you, members);
  return (
    <Section title={strings.leaveTitle} text={last ? strings.cannotLeave : strings.leaveText}>
      {!last && (
        <Button variant="default" c="var(--mantine-color-error)" onClick={() => setAsking(true)}>
          {strings.leave}
        </Button>
      )}
      <Confirm opened={asking} danger title={strings.leaveTitle} verb={strings.leave} busy={isPending} error={error} onConfirm={() => mutate({})} onClose={close}>
        <Text>
          <SafeText text={name} />: {strings.leaveConfirm}
        </Text>
      </Confirm>
    </Section>
  );
}
