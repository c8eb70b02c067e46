import type { Strings } from '..';

export const earnings: Strings['earnings'] = {
  title: 'Earnings',
};
