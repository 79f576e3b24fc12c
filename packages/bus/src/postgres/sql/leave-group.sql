WITH left_group AS (DELETE FROM bus.member WHERE id = $2),
released AS (UPDATE bus.assignment SET member_id = NULL WHERE group_name = $1 AND member_id = $2)
SELECT pg_notify('stellwerk_bus_groups', $1)
