import type { Strings } from '..';

export const keys: Strings['keys'] = {
  title: 'Keys',
};
