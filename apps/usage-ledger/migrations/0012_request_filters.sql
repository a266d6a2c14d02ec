-- What the activity of an account is most often narrowed by, and what is rare in it. The condition is that of isFailed
-- (src/requests/request-filter.ts).
create index usage_request_model on usage_request (account_id, model, request_id desc);
create index usage_request_failed on usage_request (account_id, request_id desc)
  where outcome <> 'caller_gone' and (status >= 400 or outcome <> 'completed');
