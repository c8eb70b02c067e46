import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { ChangeMemberRoleDocument, RemoveMemberDocument, type MemberFieldsFragment, type Role } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { MemberRow } from './member-row';
import { isLastOwner, mayManage, rolesToGive, type Managing } from './roles';
import { Section } from '../../components/section';

type Doing = { what: 'role'; member: MemberFieldsFragment; role: Role } | { what: 'remove'; member: MemberFieldsFragment };

interface MembersProps {
  readonly members: readonly MemberFieldsFragment[];
  readonly managing: Managing;
  readonly handle: string;
}

export function Members({ members, managing, handle }: MembersProps) {
  const { organization: strings } = useStrings();
  const { refresh } = useSession();
  const [doing, setDoing] = useState<Doing>();
  const close = () => {
    setDoing(undefined);
    change.reset();
    remove.reset();
  };
  const sending = {
    changes: [['organization', handle]],
    done: () => {
      // Who changes their own role may do other things from now on.
      if (doing?.member.you) void refresh();
      setDoing(undefined);
    },
  };
  const change = useSend(ChangeMemberRoleDocument, sending);
  const remove = useSend(RemoveMemberDocument, sending);
  const nameOf = ({ name, email }: MemberFieldsFragment) => <SafeText text={name || email} />;

  return (
    <Section title={strings.members} text={strings.membersText(members.length)}>
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {members.map((member) => {
          const allowed = mayManage(member, members, managing);
          return (
            <MemberRow
              key={member.id}
              member={member}
              roles={allowed ? rolesToGive(managing) : []}
              lastOwner={isLastOwner(member, members)}
              changeRole={(role) => setDoing({ what: 'role', member, role })}
              {...(allowed && !member.you && { remove: () => setDoing({ what: 'remove', member }) })}
            />
          );
        })}
      </Stack>
      {doing?.what === 'role' && (
        <Confirm
          opened
          title={strings.changeRoleTitle}
          verb={strings.changeRole}
          busy={change.isPending}
          error={change.error}
          onConfirm={() => change.mutate({ memberId: doing.member.id, role: doing.role })}
          onClose={close}
        >
          <Text>
            {nameOf(doing.member)}: {strings.changeRoleText(strings.roles[doing.role])} {strings.roleTexts[doing.role]}
          </Text>
        </Confirm>
      )}
      {doing?.what === 'remove' && (
        <Confirm
          opened
          danger
          title={strings.removeTitle}
          verb={strings.remove}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({ memberId: doing.member.id })}
          onClose={close}
        >
          <Text>
            {nameOf(doing.member)}: {strings.removeText}
          </Text>
        </Confirm>
      )}
    </Section>
  );
}
