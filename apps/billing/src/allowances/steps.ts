import type { AccountBook } from '../book/account-book.js';
import { stepKey, type StepAnswer } from '../book/allowance.js';
import { BillingError } from '../book/billing-error.js';

export interface Step {
  allowanceId: string;
  step: number;
  /** Tells a repetition from another request under the same step. */
  requestHash: string;
}

/**
 * Answers one step of an allowance, once: a repetition gets the first answer and changes nothing.
 * An answer that `isFinal` rejects is not remembered, because the caller asks again.
 */
export function answerStep(
  book: AccountBook,
  step: Step,
  run: () => StepAnswer,
  isFinal: (answer: StepAnswer) => boolean,
): StepAnswer {
  const earlier = book.answeredSteps.get(stepKey(step));
  if (earlier !== undefined) {
    if (earlier.requestHash === step.requestHash) return earlier.answer;
    throw new BillingError('already_exists', 'this step was sent with another body', 'step');
  }
  if (step.step <= (book.lastSteps.get(step.allowanceId) ?? -1)) {
    throw new BillingError(
      'failed_precondition',
      'a later step of this allowance was answered',
      'step',
    );
  }
  const answer = run();
  if (isFinal(answer)) {
    book.answeredSteps.set(stepKey(step), { ...step, answer });
    book.lastSteps.set(step.allowanceId, step.step);
  }
  return answer;
}
