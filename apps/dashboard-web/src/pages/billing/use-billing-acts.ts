import { billingRoutes, type Asked } from '@modelbridge/dashboard-api';
import { useAct } from '../../acts/use-act.js';
import { api } from '../../api/api.js';
import { readableMoney } from '../../format/money.js';

export type BillingActs = ReturnType<typeof useBillingActs>;

const changes = [['billing'], ['overview']];

/** A page of Stripe's: nothing of a card is ever typed on a page of ours. */
const leave = ({ url }: { url: string }) => window.location.assign(url);

export function useBillingActs() {
  const topUp = useAct({
    name: 'billing.topUp',
    run: (asked: Asked<typeof billingRoutes.topUp>) => api.call(billingRoutes.topUp, asked),
    onDone: leave,
    showsError: true,
  });
  const portal = useAct({
    name: 'billing.portal',
    run: (asked: Asked<typeof billingRoutes.portal>) => api.call(billingRoutes.portal, asked),
    onDone: leave,
  });
  const setAutoRecharge = useAct({
    name: 'billing.setAutoRecharge',
    run: (asked: Asked<typeof billingRoutes.setAutoRecharge>) =>
      api.call(billingRoutes.setAutoRecharge, asked),
    done: ({ enabled }) => (enabled ? 'Auto-recharge is on' : 'Auto-recharge is off'),
    showsError: true,
    changes,
  });
  const planCheckout = useAct({
    name: 'billing.planCheckout',
    run: (asked: Asked<typeof billingRoutes.planCheckout>) =>
      api.call(billingRoutes.planCheckout, asked),
    onDone: leave,
  });
  const changePlan = useAct({
    name: 'billing.changePlan',
    run: (asked: Asked<typeof billingRoutes.changePlan>) =>
      api.call(billingRoutes.changePlan, asked),
    done: ({ next_plan }) =>
      next_plan === null ? 'The plan is changed' : 'The plan changes at the end of the month',
    changes,
  });
  const redeem = useAct({
    name: 'billing.redeem',
    run: (asked: Asked<typeof billingRoutes.redeem>) => api.call(billingRoutes.redeem, asked),
    done: ({ amount_nano_usd }) => `${readableMoney(amount_nano_usd)} of credit is yours`,
    showsError: true,
    changes,
  });
  const setLimit = useAct({
    name: 'billing.setLimit',
    run: (asked: Asked<typeof billingRoutes.setLimit>) => api.call(billingRoutes.setLimit, asked),
    done: 'Saved',
    showsError: true,
    changes,
  });
  return { topUp, portal, setAutoRecharge, planCheckout, changePlan, redeem, setLimit };
}
