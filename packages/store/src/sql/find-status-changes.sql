SELECT changes FROM subject WHERE account_id = $1 AND subject = $2
