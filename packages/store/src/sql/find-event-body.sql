SELECT content_type AS "contentType", body FROM event WHERE id = $2 AND account_id = $1
