/** Limits of users, keys, policies and roles. RAM documents them per account; sessions: AssumeRole. */
export const identityLimits = {
  usersMax: 1000,
  accessKeysOfUserMax: 2,
  policiesMax: 1500,
  policiesAttachedMax: 20,
  rolesMax: 1000,
  nameMaxCharacters: 64,
  policyNameMaxCharacters: 128,
  textMaxCharacters: 1024,
  /** A custom policy or a trust policy. */
  documentMaxCharacters: 6144,
  sessionPolicyMaxCharacters: 2048,
  sessionMinSeconds: 900,
  sessionDefaultSeconds: 3600,
  roleSessionMinSeconds: 3600,
  roleSessionMaxSeconds: 43_200,
} as const;
