import type { Strings } from '..';

export const manage: Strings['manage'] = {
  title: 'Manage',
};
