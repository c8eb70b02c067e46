export const leaving = {
  data: 'Your data',
  dataText: 'Everything that is kept of the organization, in one file of JSON Lines: a line for each row, and one at the end by which a whole file is known.',
  download: 'Download everything',
  downloadFailed: 'The data could not be saved',

  erase: 'Erase the organization',
  eraseText: 'For good, after a while in which you can think better of it.',
  eraseTitle: (handle: string) => `Erase ${handle}?`,
  eraseMeans: [
    'Keys, members, models and everything else of the organization go, and callers of its models get no answer any more.',
    'Records of money are left, under a pseudonym in place of the name.',
    'Download everything before: afterwards nobody can give it back.',
  ],
  forfeit: 'Give up the money that is left',
  forfeitText: 'What is in the wallet, and what is earned and not paid out. Without this, an organization that has money is not erased.',
  handle: 'Handle of the organization',
  handleHint: (handle: string) => `Type ${handle}, to the letter.`,

  states: {
    WAITING: (due: string) => `The organization is to be erased on ${due}`,
    CLOSING: (due: string) => `The organization has been closing since ${due}, and goes when what is under way has ended`,
    DONE: (erased: string) => `The organization was erased on ${erased}`,
  },
  requested: (time: string) => `Asked for on ${time}.`,
  forfeits: 'The money that is left is given up.',
  hindered: 'What stands in the way:',
  cancel: 'Do not erase it',
  cancelled: 'The organization stays.',

  account: 'Your data and your account',
  accountText: 'What is kept of you as a person. What you did for an organization is the organization’s.',
  downloadAccount: 'Download your data',
  eraseAccount: 'Erase your account',
  eraseAccountTitle: 'Erase your account?',
  eraseAccountText: 'At once, and for good: your name, your address, your sessions and your memberships. What you did for organizations stays theirs, under an id that leads to nobody. If you were given the welcome credit, a mark without a name is left, so that nobody has it twice.',
  email: 'Your e-mail address',
  emailHint: (email: string) => `Type ${email}, to the letter.`,
};
