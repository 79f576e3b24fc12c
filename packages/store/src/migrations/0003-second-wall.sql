-- Whether an admin key other than this one is in force. Admin keys may belong to any account, and who revokes one sees
-- a single account (row-level security), so this one question is answered by the owner of the tables.
CREATE FUNCTION another_admin_key(key_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$ SELECT EXISTS (SELECT FROM api_key WHERE 'admin' = ANY (scopes) AND revoked_at IS NULL AND id <> key_id) $$;

-- What a title or a domain begins with. Under row-level security no index on lower(title) is used, because PostgreSQL
-- holds lower() for a function that could tell an attacker something; the owner of the tables is asked instead. Its
-- caller reads the events themselves, and the api's role gets no ids but of the account it works for.
CREATE FUNCTION event_ids_beginning(account uuid, beginning text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
BEGIN
  IF current_setting('role') = 'stellwerk_api'
    AND account IS DISTINCT FROM nullif(current_setting('stellwerk.account', true), '')::uuid
  THEN
    RETURN;
  END IF;
  -- EXECUTE: planned for these values. Ranges, because a LIKE pattern that is a parameter uses no index.
  RETURN QUERY EXECUTE $query$
    SELECT id
    FROM event
    WHERE
      account_id = $1 AND title IS NOT NULL
      AND lower(title) ~>=~ lower($2::text) AND lower(title) ~<~ (lower($2::text) || chr(1114111))
    UNION
    SELECT id
    FROM event
    WHERE
      account_id = $1 AND domain IS NOT NULL
      AND lower(domain) ~>=~ lower($2::text) AND lower(domain) ~<~ (lower($2::text) || chr(1114111))
  $query$ USING account, beginning;
END
$$;
