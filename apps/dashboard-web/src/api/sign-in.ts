/** The part of the address that sign-in comes back to. */
function here(): string {
  return window.location.pathname + window.location.search;
}

let isLeaving = false;

/** Leaves for the sign-in page and comes back to where the person is. Several calls may find out at once. */
export function goToSignIn(again = false): void {
  if (isLeaving) return;
  isLeaving = true;
  const query = new URLSearchParams({ ...(again ? { again: '1' } : {}), return_to: here() });
  window.location.assign(`/sign-in?${query.toString()}`);
}

// Come back to by the browser's history, as it was when it was left: it begins anew.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && isLeaving) window.location.reload();
});
