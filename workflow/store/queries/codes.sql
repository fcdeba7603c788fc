-- Linking codes, and the tries of those who guess at them.

-- name: put_link_code
insert into link_code (tenant_id, code_hash, person_id, expires_at, offer, short)
values ($1, $2, $3, clock_timestamp() + $4, $5, $6)

-- name: sweep_link_codes
delete from link_code where tenant_id = $1 and expires_at < clock_timestamp() - interval '1 day'

-- name: sweep_link_tries
delete from link_try where tenant_id = $1 and since < clock_timestamp() - interval '1 day'

-- name: lock_link_code
-- $3: the command that asks. It is held until the transaction ends: of two who bring it, one sees it used.
select person_id, offer, case
    when used_by = $3 then 'again'
    when used_at is not null then 'used'
    when void_at is not null then 'void'
    when expires_at <= clock_timestamp() then 'late'
    else 'good' end as state
from link_code where tenant_id = $1 and code_hash = $2 for update

-- name: use_offer
update link_code set used_at = clock_timestamp(), used_by = $3 where tenant_id = $1 and offer = $2

-- name: void_offer
update link_code set void_at = clock_timestamp() where tenant_id = $1 and offer = $2

-- name: void_short_codes
update link_code set void_at = clock_timestamp()
where tenant_id = $1 and short and used_at is null and void_at is null and expires_at > clock_timestamp()

-- name: link_tries
select tries from link_try
where tenant_id = $1 and bot = $2 and external_id = $3 and since > clock_timestamp() - $4::interval

-- name: all_link_tries
select coalesce(sum(tries), 0) from link_try where tenant_id = $1 and since > clock_timestamp() - $2::interval

-- name: lock_link_tries
-- Until the transaction ends nobody else counts: of two who guess at once, each would miss the other's try.
select pg_advisory_xact_lock(hashtextextended($1::uuid::text || ' link tries', 0))

-- name: count_link_try
-- $5 the command, counted once; $4 how long tries are remembered.
insert into link_try as kept (tenant_id, bot, external_id, since, tries, last)
values ($1, $2, $3, clock_timestamp(), 1, $5)
on conflict (tenant_id, bot, external_id) do update
set tries = case
        when kept.since <= clock_timestamp() - $4::interval then 1
        when kept.last = excluded.last then kept.tries
        else kept.tries + 1 end,
    since = case when kept.since <= clock_timestamp() - $4::interval then excluded.since else kept.since end,
    last = excluded.last
returning tries
