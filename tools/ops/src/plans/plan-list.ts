import { readFlags } from '../arguments.js';
import { opsCommand } from '../ops-command.js';
import { printedPlan } from './printed-plan.js';

export const planList = opsCommand({
  usage: 'plan list',
  summary: 'Shows the plans: their price, included credit and rate limits.',
  options: [],
  prints:
    '{plans: [{name, version, monthlyPriceCents, includedCreditUsd, ...}]}, the smallest first.',
  uses: ['billing'],
  async run(args, services) {
    readFlags(args, { required: [], optional: [] });
    const { billing } = await services();
    const { plans } = await billing.listPlans({});
    return { plans: plans.map(printedPlan) };
  },
});
