import type { Strings } from '..';

export const usage: Strings['usage'] = {
  title: 'Usage',
};
