import type { Strings } from '..';

export const organization: Strings['organization'] = {
  title: 'Organization',
};
