-- Answers to open `collect`s: the last of each who answered, as a projection of their streams.

-- name: answer_rows
select stream_id, person_id, at, body from answer
where tenant_id = $1 and item_id = $2 and path = $3 and round = $4 order by at, stream_id

-- name: answer_count
select count(*) from answer where tenant_id = $1 and item_id = $2 and path = $3 and round = $4

-- name: answers_given
-- How often somebody answered: who answered again counts again.
select coalesce(sum(s.version), 0)::bigint from answer a
join stream s on s.tenant_id = $1 and s.stream_id = a.stream_id
where a.tenant_id = $1 and a.item_id = $2 and a.path = $3 and a.round = $4

-- name: answers_of
-- $5: streams; whose answers are there already.
select k.stream_id, a.person_id, a.at, a.body from unnest($5::uuid[]) k(stream_id) cross join lateral (
    select person_id, at, body from answer
    where tenant_id = $1 and item_id = $2 and path = $3 and round = $4 and stream_id = k.stream_id offset 0
) a

-- name: audit_answers
select stream_id, item_id, path, round, person_id, at, body from answer where tenant_id = $1 and stream_id = any ($2)

-- name: stray_answers
-- Answers that no stream tells of.
select a.stream_id from answer a
where a.tenant_id = $1 and not exists (
    select from stream s where s.tenant_id = $1 and s.stream_id = a.stream_id and s.kind = 'answer'
)
order by a.stream_id limit 1

-- name: rebuild_answer
insert into answer (tenant_id, stream_id, item_id, path, round, person_id, at, body)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: clear_answer
delete from answer where tenant_id = $1 and stream_id = $2
