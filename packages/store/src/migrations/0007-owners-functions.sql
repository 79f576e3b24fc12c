-- The owner's functions (0003) find our tables alone: without pg_temp at the end, a temporary table of whoever calls
-- would be found before them. And nobody but the api has a use for them; each start grants them anew (raise-wall.ts).
REVOKE EXECUTE ON FUNCTION another_admin_key(uuid), event_ids_beginning(uuid, text) FROM PUBLIC;
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION another_admin_key(uuid) SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION event_ids_beginning(uuid, text) SET search_path = %I, pg_temp', current_schema());
  -- At once, for an api that is running.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'stellwerk_api') THEN
    GRANT EXECUTE ON FUNCTION another_admin_key(uuid), event_ids_beginning(uuid, text) TO stellwerk_api;
  END IF;
END
$$;
