import { TypedConfirm, type TypedConfirmProps } from '../actions/typed-confirm';

const LENGTH_MAX = 500;

/** Asks before something that somebody will want to know the reason of later: for that reason, or a reference. */
export function ReasonedDialog(props: Omit<TypedConfirmProps, 'lengthMax'>) {
  return <TypedConfirm {...props} lengthMax={LENGTH_MAX} />;
}
