-- The OAuth token of a connection. Its version is what a refresh is compared with: who loses takes the winner's.
CREATE TABLE connection_token (
  connection_id uuid PRIMARY KEY REFERENCES connection,
  account_id uuid NOT NULL REFERENCES account,
  version bigint NOT NULL,
  token_sealed bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Somebody is at a vendor's page, on the way to connect a connection. Taken once, by the hash of the state that
-- comes back with the code; the verifier proves that both ways are one person's.
CREATE TABLE oauth_state (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  connection_id uuid NOT NULL REFERENCES connection,
  state_hash bytea NOT NULL UNIQUE,
  verifier_sealed bytea NOT NULL,
  redirect_uri text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX oauth_state_expiry ON oauth_state (expires_at);

-- What a connector remembers of a subject: a message's timestamp, a record's id. Kept while it is used.
CREATE TABLE remembered (
  connection_id uuid NOT NULL REFERENCES connection,
  account_id uuid NOT NULL REFERENCES account,
  subject text NOT NULL,
  name text NOT NULL,
  value jsonb NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, subject, name)
);
CREATE INDEX remembered_use ON remembered (used_at);
