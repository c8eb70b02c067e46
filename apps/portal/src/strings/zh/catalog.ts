import type { Strings } from '..';

export const catalog: Strings['catalog'] = {
  title: 'Catalog',
};
