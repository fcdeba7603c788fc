-- Counters that are no numbers: what units counted, day by day, and what accounts have (`balance/…`) and hold (`held/…`).

-- name: counted
-- What units themselves counted in some days. $2 counters (null: all), $3 the first day, $4 the last; a whole month stands for its first.
select name, unit_id, sum(value)::bigint as n from counter
where tenant_id = $1 and unit_id <> '' and ($2::text[] is null or name = any ($2))
    and case length(period) when 7 then period || '-01' else period end between $3 and $4
group by name, unit_id order by name, unit_id

-- name: balances
select name, value from counter
where tenant_id = $1 and unit_id = '' and period = '' and (name like 'balance/%' or name like 'held/%') order by name

-- name: lock_balance
select value from counter
where tenant_id = $1 and name = $2 and unit_id = '' and period = '' for no key update

-- name: add_to_balance
-- An account that is not there yet cannot be locked: whoever pays into it meanwhile is not overwritten.
insert into counter (tenant_id, name, value) values ($1, $2, $3)
on conflict (tenant_id, name, unit_id, period) do update set value = counter.value + excluded.value

-- name: put_balance
insert into counter (tenant_id, name, value) values ($1, $2, $3)
on conflict (tenant_id, name, unit_id, period) do update set value = excluded.value

-- name: clear_balance
delete from counter where tenant_id = $1 and name = $2 and (unit_id, period) = ('', '')

-- name: mentioning
-- Events of items whose bytes hold all of these, the oldest first, beyond (`$3`, `$4`, `$5`): reads the log, for who asks where a sum is from.
select e.stream_id, e.version, e.at, e.body, i.code from event e
join item i on i.tenant_id = $1 and i.item_id = e.stream_id
where e.tenant_id = $1 and (e.at, e.stream_id, e.version) > ($3::timestamptz, $4::uuid, $5::integer)
    and not exists (select from unnest($2::bytea[]) piece where position(piece in e.body) = 0)
order by e.at, e.stream_id, e.version limit $6
