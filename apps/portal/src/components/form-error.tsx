import { SteelyardError } from '@steelyard/client';
import { Failure } from './failure';

/** Which field of a form an error's code is about. */
export type FieldOfCode<Field extends string> = Readonly<Record<string, Field>>;

/** What to write at a field: the error, when it is about that field. */
export function fieldError<Field extends string>(error: unknown, fields: FieldOfCode<Field>, field: Field): string | undefined {
  if (!(error instanceof SteelyardError) || fields[error.code] !== field) return undefined;
  return error.fix === undefined ? error.message : `${error.message}. ${error.fix}`;
}

/** What stands above a form's button: an error that is about none of its fields. */
export function FormError<Field extends string>({ error, fields }: { error: unknown; fields?: FieldOfCode<Field> }) {
  if (error == null) return null;
  if (error instanceof SteelyardError && fields !== undefined && Object.hasOwn(fields, error.code)) return null;
  return <Failure error={error} />;
}
