SELECT
  (SELECT json_agg(json_build_object('id', id, 'topicIds', topic_ids)) FROM bus.member WHERE group_name = $1) AS members,
  (
    SELECT json_agg(json_build_object(
      'topicId', topic_id, 'partition', partition, 'memberId', member_id, 'nextOffset', next_offset::text
    ))
    FROM bus.assignment WHERE group_name = $1
  ) AS assignments
