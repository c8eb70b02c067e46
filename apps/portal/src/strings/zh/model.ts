import type { Strings } from '..';

export const model: Strings['model'] = {
  title: 'Model',
};
