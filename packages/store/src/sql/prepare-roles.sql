-- Makes the roles of the second wall where they are missing, and lets the user of this database work as them.
-- They belong to the whole server: another database may make them at the same moment.
DO $$
DECLARE
  name text;
  may_become text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH name IN ARRAY ARRAY['stellwerk_api', 'stellwerk_dispatcher'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = name AND (rolsuper OR rolbypassrls)) THEN
      RAISE EXCEPTION 'the role % passes every policy; take SUPERUSER and BYPASSRLS from it', name
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT pg_has_role(current_user, name, may_become) THEN
      BEGIN
        EXECUTE format('GRANT %I TO CURRENT_USER', name);
      EXCEPTION WHEN unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
END
$$
