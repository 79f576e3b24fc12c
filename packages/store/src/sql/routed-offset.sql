SELECT next_offset FROM partition_routed WHERE partition = $1
