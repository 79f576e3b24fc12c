SELECT id, pid, machine FROM bus.member WHERE group_name = $1 AND machine = $2
