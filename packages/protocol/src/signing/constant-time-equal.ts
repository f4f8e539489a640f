/**
 * Whether two byte arrays are equal, in a time that depends on their lengths alone: a comparison that stops at the first difference
 * would tell an attacker how much of a guessed signature is right. The lengths of signatures are no secret.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
