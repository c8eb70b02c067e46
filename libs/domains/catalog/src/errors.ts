import { defineErrors } from '@steelyard/kernel';
import type { Problem } from '@steelyard/model-package';

export const catalogErrors = defineErrors('CATALOG', {
  REF_INVALID: {
    kind: 'invalid',
    message: ({ ref }: { ref: string }) => `"${ref}" is not a reference to a model`,
    fix: 'Write owner/model, owner/model@1.2.0 or owner/model:channel.',
  },
  MODEL_NOT_FOUND: {
    kind: 'not-found',
    message: ({ ref }: { ref: string }) => `There is no model ${ref} that you can use`,
    fix: 'Check the spelling; a private model is visible to its own organization only.',
  },
  MODEL_NOT_ALLOWED: {
    kind: 'forbidden',
    message: ({ ref, allowed }: { ref: string; allowed: readonly string[] }) => `This API key is not for ${ref}, only for ${allowed.join(', ') || 'models that are gone or hidden now'}`,
    fix: 'Use a key for that model, or for all.',
  },
  VERSION_NOT_FOUND: {
    kind: 'not-found',
    message: ({ ref, version }: { ref: string; version: string }) => `${ref} has no version ${version} that is ready`,
    fix: 'List the versions with `steelyard models <owner>/<model>`.',
  },
  CHANNEL_NOT_FOUND: {
    kind: 'not-found',
    message: ({ ref, channel }: { ref: string; channel: string }) => `${ref} has no channel "${channel}"`,
    fix: 'Name a version, or ask the provider to release one to this channel.',
  },
  VERSION_RETIRED: {
    kind: 'not-found',
    message: ({ version, sunsetAt }: { version: string; sunsetAt: string; successor: string | null }) => `${version} is retired and answers no calls since ${sunsetAt}`,
    fix: ({ successor }: { successor: string | null }) => (successor ? `Call ${successor}, which takes its place.` : 'Call another version, or ask the provider which one takes its place.'),
  },
  SUNSET_PASSED: {
    kind: 'invalid',
    message: ({ sunsetAt }: { sunsetAt: string }) => `A version cannot go at ${sunsetAt}, which is past`,
    fix: 'Give callers time: choose a moment in the future.',
  },
  SUCCESSOR_INVALID: {
    kind: 'invalid',
    message: ({ successor, problem }: { successor: string; problem: string }) => `${successor} cannot take the place of the version: it ${problem}`,
    fix: 'Name another ready version of the same model, or none.',
  },
  PRICE_INVALID: {
    kind: 'invalid',
    message: ({ problems }: { problems: readonly Problem[] }) => `The price cannot be used: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
  },
  PRICE_TIME_INVALID: {
    kind: 'invalid',
    message: ({ effectiveAt, problem }: { effectiveAt: string; problem: string }) => `A price cannot come into force at ${effectiveAt}, which ${problem}`,
    fix: 'Name no time for a price that counts as soon as it may.',
  },
  PRICE_NOTICE_TOO_SHORT: {
    kind: 'conflict',
    message: ({ version, effectiveAt, earliestAt, noticeDays }: { version: string; effectiveAt: string; earliestAt: string; noticeDays: number }) =>
      `${version} would cost more than consumers were told of ${effectiveAt}: what is dearer, or in another currency, counts ${noticeDays} days after it is announced, at the earliest from ${earliestAt} on`,
    fix: ({ earliestAt }: { earliestAt: string }) => `Let it count from ${earliestAt} on, or name no time.`,
  },
  PRICES_ANNOUNCED: {
    kind: 'conflict',
    message: ({ version, max }: { version: string; max: number }) => `${version} has ${max} announced prices already`,
    fix: 'Wait until one is in force, or withdraw some: a price counts until further notice, and what was announced for later does not come.',
  },
  REASON_INVALID: {
    kind: 'invalid',
    message: (_: object) => 'A reason is one line of at most 500 characters, without control characters',
  },
  FILE_NOT_FOUND: {
    kind: 'not-found',
    message: ({ ref }: { ref: string }) => `${ref} has no file of that name to show`,
    fix: 'Only the card, the samples and the files that the samples name are shown.',
  },
  CURSOR_INVALID: {
    kind: 'invalid',
    message: ({ sort }: { sort: string }) => `\`after\` is not the endCursor of a page that is sorted by ${sort}`,
    fix: 'Begin again without `after`: a cursor belongs to the search and the sort that it came from.',
  },
  VERSION_EXISTS: {
    kind: 'conflict',
    message: ({ label, sameContent }: { label: string; sameContent: boolean }) =>
      sameContent ? `${label} is published already, with the same content` : `${label} is published already, with other content`,
    fix: ({ sameContent }: { sameContent: boolean }) =>
      sameContent ? 'Nothing needs to be done.' : 'A published version never changes: raise `version` in model.yaml.',
  },
  VERSION_GONE: {
    kind: 'conflict',
    message: (_: { versionId: string }) => 'Another publication of the same version number began while this one was tested, and took its place',
    fix: 'See how the other one ends; publish again if it fails.',
  },
  TASK_CHANGED: {
    kind: 'conflict',
    message: ({ model, was, is }: { model: string; was: string; is: string }) => `${model} is a model for ${was}, not for ${is}`,
    fix: 'Publish under another name: callers of this model rely on its task.',
  },
  NOTHING_TO_ROLL_BACK: {
    kind: 'conflict',
    message: ({ model, channel }: { model: string; channel: string }) => `Channel "${channel}" of ${model} has no earlier version`,
    fix: 'Release the version you want instead.',
  },
  CANARY_PERCENT_INVALID: {
    kind: 'invalid',
    message: ({ percent }: { percent: number }) => `A canary takes 1 to 99 percent of a channel's calls, not ${percent}`,
    fix: 'Give a whole number from 1 to 99; to send every call to the version, release it.',
  },
  CANDIDATE_IS_STABLE: {
    kind: 'conflict',
    message: ({ model, version, channel }: { model: string; version: string; channel: string }) => `Channel "${channel}" of ${model} is ${version} already`,
    fix: 'Choose another version as the candidate.',
  },
  CANDIDATE_RETIRED: {
    kind: 'conflict',
    message: ({ model, version }: { model: string; version: string }) => `${model}@${version} is retired and answers no calls`,
    fix: 'Choose another version as the candidate.',
  },
  CANARY_RUNNING: {
    kind: 'conflict',
    message: ({ model, channel }: { model: string; channel: string }) => `Channel "${channel}" of ${model} has a canary of another version`,
    fix: 'Promote or stop that canary first.',
  },
  NO_CANARY: {
    kind: 'conflict',
    message: ({ model, channel }: { model: string; channel: string }) => `No canary runs on channel "${channel}" of ${model}`,
    fix: 'It may have been rolled back: the history of the channel says so, and why.',
  },
});
