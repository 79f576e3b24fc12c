INSERT INTO dispatcher (id, host, pid, machine) VALUES ($1, $2, $3, $4)
