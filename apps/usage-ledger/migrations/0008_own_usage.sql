-- A member's own requests in a team. Those of an account that is one person's are found by the account.
create index usage_request_member on usage_request (account_id, user_id, request_id desc)
  where team_id is not null;

-- What one person has used, whichever account pays.
create index usage_hourly_user on usage_hourly (user_id, hour);
create index usage_daily_user on usage_daily (user_id, day);
