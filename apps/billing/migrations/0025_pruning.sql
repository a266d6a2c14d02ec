-- What is removed because of its age is found by it.
CREATE INDEX account_webhook_delivery_ended ON account_webhook_delivery (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX notice_created ON notice USING brin (created_at);
-- A notice that goes asks for its deliveries.
CREATE INDEX account_webhook_delivery_notice ON account_webhook_delivery (notice_id) WHERE notice_id IS NOT NULL;
