import { NumberInput, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStrings } from '../../strings';

export interface Bounds {
  readonly models: string[];
  /** An empty text for none. */
  readonly perMinute: number | string;
}

export const UNBOUNDED: Bounds = { models: [], perMinute: '' };

interface KeyBoundsProps {
  readonly bounds: Bounds;
  readonly change: (change: Partial<Bounds>) => void;
  /** Whether a key with these scopes may be for some models, must be, or is for all. */
  readonly models: 'may' | 'must' | 'all';
  readonly errors: { readonly models: ReactNode; readonly perMinute: ReactNode };
}

/** Which models a key is for, and how much it may send. */
export function KeyBounds({ bounds, change, models, errors }: KeyBoundsProps) {
  const { keys } = useStrings();
  return (
    <>
      {models !== 'all' && (
        <TagsInput
          label={keys.models}
          description={models === 'must' ? keys.modelsNeeded : keys.modelsText}
          placeholder="owner/name"
          value={bounds.models}
          onChange={(refs) => change({ models: refs })}
          error={errors.models}
          splitChars={[',', ' ']}
          maxTags={100}
          acceptValueOnBlur
          required={models === 'must'}
        />
      )}
      <NumberInput
        label={keys.perMinute}
        description={keys.perMinuteText}
        value={bounds.perMinute}
        onChange={(perMinute) => change({ perMinute })}
        error={errors.perMinute}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        maw={320}
      />
    </>
  );
}
