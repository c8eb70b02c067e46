import type { Strings } from '..';

export const welcome: Strings['welcome'] = {
  title: 'Welcome',
};
