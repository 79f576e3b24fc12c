SELECT another_admin_key($1) AS found
