import type { Granted, GrantAllowanceResponse, Refused } from '@modelbridge/contracts/billing.v1';

/** The grant in an answer; throws where it is a refusal. */
export function granted({ outcome }: GrantAllowanceResponse): Granted {
  if (outcome?.$case !== 'granted') throw new Error(`refused: ${outcome?.value.reason}`);
  return outcome.value;
}

/** The refusal in an answer; throws where it is a grant. */
export function refused({ outcome }: GrantAllowanceResponse): Refused {
  if (outcome?.$case !== 'refused') throw new Error('granted');
  return outcome.value;
}
