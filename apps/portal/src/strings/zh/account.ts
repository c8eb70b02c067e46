import type { Strings } from '..';

export const account: Strings['account'] = {
  title: 'Account',
};
