import type { Strings } from '..';

export const publish: Strings['publish'] = {
  title: 'Publish',
};
