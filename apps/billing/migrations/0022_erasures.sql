-- Payment records are kept for 7 years, and the people whose they were are not. An erased account has its id alone.
ALTER TABLE billing_account ADD COLUMN erased_at timestamptz;
-- The customer is deleted at Stripe: its id still tells whose a late refund or dispute is.
ALTER TABLE stripe_customer ADD COLUMN deleted_at timestamptz;

-- A line of an invoice never changes, but for the person in it, whose place is taken by nobody.
CREATE FUNCTION refuse_change_but_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'user_id' IS DISTINCT FROM to_jsonb(OLD) - 'user_id' THEN
    RAISE EXCEPTION '% rows are immutable: a correction is a new entry', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER invoice_line_is_immutable ON invoice_line;
CREATE TRIGGER invoice_line_is_immutable BEFORE UPDATE ON invoice_line
  FOR EACH ROW EXECUTE FUNCTION refuse_change_but_of_person();
CREATE TRIGGER invoice_line_stays BEFORE DELETE OR TRUNCATE ON invoice_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
