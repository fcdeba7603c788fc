-- Flows that begin by themselves, and when next.

-- name: put_schedule
insert into schedule (tenant_id, flow, digest, next_at) values ($1, $2, $3, $4)
on conflict (tenant_id, flow) do update set digest = excluded.digest, next_at = excluded.next_at

-- name: drop_schedule
delete from schedule where tenant_id = $1 and flow = $2

-- name: all_schedules
select flow, digest, next_at, fired_at from schedule where tenant_id = $1 order by flow

-- name: due_schedules
select flow, digest, next_at, fired_at, clock($1) as now from schedule
where tenant_id = $1 and next_at <= clock($1) order by next_at limit $2

-- name: next_schedule
select min(next_at) from schedule where tenant_id = $1

-- name: advance_schedule
-- Only from the moment, and the version, that the caller saw: of several, one fires; a version that came meanwhile has its own plan.
update schedule set fired_at = next_at, next_at = $5 where tenant_id = $1 and flow = $2 and digest = $3 and next_at = $4

-- name: retire_schedule
delete from schedule where tenant_id = $1 and flow = $2 and digest = $3 and next_at = $4
