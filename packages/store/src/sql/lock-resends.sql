-- One resend of many at a time for each account: the second one sees what the first one sent.
SELECT pg_advisory_xact_lock(hashtextextended('stellwerk.resend', 0) # hashtextextended($1::uuid::text, 0))
