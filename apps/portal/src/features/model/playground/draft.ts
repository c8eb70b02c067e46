import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ModelVersion } from '../model';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An input in the making. */
export interface DraftValue {
  readonly input: JsonObject;
  /** Whether it can be sent. Whether it fits is for the server to say. */
  readonly ready: boolean;
  /** Names of the files that fields came from, by field: what example calls read. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Draft extends DraftValue {
  /** Counts replacements from outside the form: with each, the form begins anew. */
  readonly revision: number;
  /** What the form says. */
  readonly edit: (value: DraftValue) => void;
  /** What a sample says. */
  readonly replace: (value: DraftValue) => void;
  /** Keeps the input over a visit to the sign-in page, in this tab alone. */
  readonly keep: () => void;
}

const EMPTY: DraftValue = { input: {}, ready: false, files: {} };

export function useDraft(version: ModelVersion): Draft {
  const place = `steelyard.draft.${version.ref}`;
  const [state, setState] = useState(() => ({ value: kept(place) ?? EMPTY, revision: 0 }));
  useEffect(() => sessionStorage.removeItem(place), [place]);

  const edit = useCallback((value: DraftValue) => setState(({ revision }) => ({ value, revision })), []);
  const replace = useCallback((value: DraftValue) => setState(({ revision }) => ({ value, revision: revision + 1 })), []);
  return useMemo(() => {
    const { value, revision } = state;
    return { ...value, revision, edit, replace, keep: () => keep(place, value) };
  }, [state, edit, replace, place]);
}

function keep(place: string, value: DraftValue): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(value));
  } catch {
    // A large image has no room there: it is chosen again.
  }
}

function kept(place: string): DraftValue | undefined {
  const text = sessionStorage.getItem(place);
  return text === null ? undefined : (JSON.parse(text) as DraftValue);
}
