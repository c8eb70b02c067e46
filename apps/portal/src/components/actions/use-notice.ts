import { notifications } from '@mantine/notifications';
import { useStrings } from '../../strings';

/** Says in a corner of the page what came of something; gone after a few seconds, or when it is closed. */
export function useNotice(): (message: string, outcome?: 'good' | 'bad') => void {
  const { shell } = useStrings();
  return (message, outcome = 'good') => {
    notifications.show({ message, color: outcome === 'bad' ? 'red' : 'green', closeButtonProps: { 'aria-label': shell.close } });
  };
}
