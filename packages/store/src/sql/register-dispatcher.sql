INSERT INTO dispatcher (id, host, pid) VALUES ($1, $2, $3)
