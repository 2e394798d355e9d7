// Before what gives power over the whole installation: a fresh proof of who is there.
export const proof = {
  act: 'Continue',
  lead: 'What you are about to do gives power over the whole installation. So that nobody does it with a browser you left open, say once more that it is you, {name}. It then counts for five minutes.',
  not_given: 'You did not confirm that it is you. Nothing was changed.',
  passkey: 'Use a passkey',
  title: 'Is it still you?',
  wrong: 'The password is not right.',
  wrong_passkey: 'This passkey is not one of this account’s.',
} as const;
